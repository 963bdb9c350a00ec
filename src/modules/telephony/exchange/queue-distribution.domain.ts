/** A member of a queue who could be offered a call, as far as the queue is concerned. */
export interface QueueMember {
  readonly extension: string;
  /** Since when there was no call; epoch milliseconds. */
  readonly idleSince: number;
}

export type DistributionStrategy = 'longest-idle' | 'round-robin' | 'ring-all';

/**
 * Whose phones ring for the caller at the head of a queue. `members` are those who are free; `lastOffered` is whom the
 * queue rang last. Nobody free gives nobody.
 *
 * - `longest-idle`: who has waited longest since the last call; of equals the lower extension.
 * - `round-robin`: the next after the last one in the order of extensions, so that each is rung in turn.
 * - `ring-all`: everybody.
 */
export function chooseMembers(
  strategy: DistributionStrategy,
  members: readonly QueueMember[],
  lastOffered: string | null,
): readonly string[] {
  const byExtension = [...members].sort((a, b) => compare(a.extension, b.extension));
  switch (strategy) {
    case 'ring-all':
      return byExtension.map((member) => member.extension);
    case 'longest-idle': {
      // Sorting is stable, so that equals stay in the order of extensions.
      const [first] = byExtension.sort((a, b) => a.idleSince - b.idleSince);
      return first === undefined ? [] : [first.extension];
    }
    case 'round-robin': {
      const after = byExtension.find((member) => lastOffered === null || compare(member.extension, lastOffered) > 0);
      const next = after ?? byExtension[0];
      return next === undefined ? [] : [next.extension];
    }
  }
}

/** Extensions in the order people count them: 99 before 100. */
function compare(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
