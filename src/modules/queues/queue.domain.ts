/** A voice queue. The exchange distributes its calls; here is what people and figures need to know of it. */
export interface Queue {
  readonly id: number;
  readonly name: string;
  /** What the exchange calls it; what ties the two. */
  readonly exchangeName: string;
  /** What a customer dials. */
  readonly number: string;
  /** T of the service level. */
  readonly serviceLevelSeconds: number;
  /** Null: no wrap-up. 0: until the record is finished. */
  readonly wrapUpSeconds: number | null;
  readonly isActive: boolean;
  /** The users who may log in to it. */
  readonly memberIds: readonly number[];
}
