/** What an update server offers, and to whom. */

import type { OfferOptions, UpdateOffer, UpdateRelease } from '../../../harness/model/updates.js';

/** A release and how it is offered. */
export interface Offer {
  readonly release: UpdateOffer;
  readonly always: boolean;
}

const allTracks = '';

/** One release for each channel, and one for machines of channels that have none. */
export class Offers {
  readonly #byTrack = new Map<string, Offer>();
  /** A download may go on after the offer was taken back. */
  readonly #byName = new Map<string, UpdateRelease>();

  set(
    release: UpdateRelease | undefined,
    { track = allTracks, always = false }: OfferOptions,
  ): void {
    if (!release) return void this.#byTrack.delete(track);
    this.#byTrack.set(track, { release, always });
    this.#byName.set(release.name, release);
  }

  for(track: string): Offer | undefined {
    return this.#byTrack.get(track) ?? this.#byTrack.get(allTracks);
  }

  named(name: string): UpdateRelease | undefined {
    return this.#byName.get(name);
  }
}

/** Compares the numbers between dots, as Nebraska does before it offers something. */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
