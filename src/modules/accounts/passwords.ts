import { randomBytes } from 'node:crypto';
import { hash, verify } from 'argon2';

export interface PasswordCost {
  /** Memory, in KiB. */
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** OWASP's first recommendation for Argon2id: 19 MiB, two passes. */
export const STANDARD_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Argon2id hashes, and checks that take the same time whether there is a hash or not. */
export class Passwords {
  readonly #cost: PasswordCost;
  #dummy: Promise<string> | null = null;

  constructor(deps: { readonly cost: PasswordCost }) {
    this.#cost = deps.cost;
  }

  hash(password: string): Promise<string> {
    return hash(password, this.#cost);
  }

  /** False without a hash, after the same work. */
  async verify(passwordHash: string | null, password: string): Promise<boolean> {
    this.#dummy ??= this.hash(randomBytes(24).toString('base64'));
    const matches = await verify(passwordHash ?? (await this.#dummy), password);
    return matches && passwordHash !== null;
  }
}
