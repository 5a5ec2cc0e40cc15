/**
 * Which of a machine's NICs have their cable out. QEMU starts with all of them plugged in, so that this has to
 * outlast its processes.
 */

/** The arguments of QMP's `set_link`. */
export interface LinkState {
  readonly name: string;
  readonly up: boolean;
}

export class Cables {
  readonly #out = new Set<string>();

  /** Ids of network devices. */
  get out(): readonly string[] {
    return [...this.#out];
  }

  set({ name, up }: LinkState): void {
    if (up) this.#out.delete(name);
    else this.#out.add(name);
  }

  /** What a process has to be told that began with these out. */
  changedSince(before: readonly string[]): readonly LinkState[] {
    const pluggedIn = before.filter((name) => !this.#out.has(name));
    const pulled = this.out.filter((name) => !before.includes(name));
    return [
      ...pluggedIn.map((name) => ({ name, up: true })),
      ...pulled.map((name) => ({ name, up: false })),
    ];
  }
}
