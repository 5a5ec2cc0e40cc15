/**
 * Names of the outside, as the host's own resolver has them. However many ask for a name at once, it
 * is looked up once.
 */

import { lookup } from 'node:dns/promises';

/** The addresses of a name. Throws, or gives none, where it has none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** A machine that asks without end must not cost memory, nor keep the host's resolver busy. */
export const mostAtOnce = 64;

export class OutsideNames {
  readonly #resolve: Resolve;
  readonly #pending = new Map<string, Promise<readonly string[]>>();

  /** By default the host's resolver. */
  constructor(resolve: Resolve = byHost) {
    this.#resolve = resolve;
  }

  /**
   * Undefined while too many others are looked up: who asks will ask again. What can't be resolved has
   * no addresses; never rejects.
   */
  find(name: string): Promise<readonly string[]> | undefined {
    const pending = this.#pending.get(name);
    if (pending || this.#pending.size >= mostAtOnce) return pending;
    const found = this.#lookUp(name).finally(() => this.#pending.delete(name));
    this.#pending.set(name, found);
    return found;
  }

  async #lookUp(name: string): Promise<readonly string[]> {
    try {
      return await this.#resolve(name);
    } catch {
      return [];
    }
  }
}

async function byHost(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => address);
}
