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

/**
 * Whether a server offers the one to who has the other. Compared are the three numbers, and a version
 * with a suffix such as `-nightly` comes before the one without; what follows a `+` counts for nothing.
 * Source: Nebraska compares by https://semver.org.
 */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [parseVersion(version), parseVersion(than)];
  for (const index of [0, 1, 2]) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return !a.isEarly && b.isEarly;
}

function parseVersion(version: string) {
  const [core = ''] = version.split('+');
  const [, numbers = '', suffix = ''] = /^([\d.]*)(.*)$/s.exec(core) ?? [];
  return { numbers: numbers.split('.').map(Number), isEarly: suffix.startsWith('-') };
}
