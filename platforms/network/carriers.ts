/**
 * Which stations' cables are as good as pulled: a link that is down both ways has no carrier, as its
 * machine sees by its NIC. One that is deaf or dumb only keeps it.
 */

import type { Direction, LinkFaults, Station } from '../../harness/model/network.js';

/** Tells a machine's NIC; resolves when it has been told. */
export type SetCarrier = (station: Station, isUp: boolean) => Promise<void>;

export class Carriers {
  readonly #stations: readonly Station[];
  readonly #setCarrier: SetCarrier;
  /** The ways that are down, by station in the order of the plan. */
  readonly #down = new Map<number, ReadonlySet<Direction>>();

  constructor(stations: readonly Station[], setCarrier: SetCarrier) {
    this.#stations = stations;
    this.#setCarrier = setCarrier;
  }

  /** After the faults of a link were set. Throws what `SetCarrier` throws. */
  async follow(station: number, { down = false }: LinkFaults, direction: Direction): Promise<void> {
    const before = this.#down.get(station) ?? new Set();
    const after = new Set(before);
    for (const way of ['in', 'out'] as const) {
      if (direction !== 'both' && direction !== way) continue;
      if (down) after.add(way);
      else after.delete(way);
    }
    this.#down.set(station, after);
    const place = this.#stations[station];
    const [was, is] = [before.size < 2, after.size < 2];
    if (place && was !== is) await this.#setCarrier(place, is);
  }
}
