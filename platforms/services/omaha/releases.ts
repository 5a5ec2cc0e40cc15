/** What a machine may be given: what suites offer, or else what its channel has. */

import type {
  OfferOptions,
  UpdateClient,
  UpdateOffer,
  UpdateRelease,
} from '../../../harness/model/updates.js';
import { ChannelOffers } from './channel-offers.js';
import { isNewer, type Offer, Offers } from './offers.js';

/** Offers of a suite, over a directory of channels if there is one. */
export class Releases {
  readonly #offers = new Offers();
  readonly #channels: ChannelOffers | undefined;

  constructor(channels: string | undefined) {
    this.#channels = channels ? new ChannelOffers(channels) : undefined;
  }

  /** Undefined takes back what was offered. */
  offer(release: UpdateRelease | undefined, options: OfferOptions): void {
    this.#offers.set(release, options);
  }

  /** What this machine is to update to, if to anything. Throws what reading a channel throws. */
  async for(client: UpdateClient): Promise<UpdateOffer | undefined> {
    const offer = this.#offers.for(client.track ?? '') ?? (await this.#ofChannel(client));
    if (!offer || !(offer.always || isNewer(offer.release.version, client.version))) return;
    return offer.release;
  }

  /** What was offered under this name. */
  named(name: string): UpdateOffer | undefined {
    return this.#offers.named(name) ?? this.#channels?.named(name);
  }

  async #ofChannel(client: UpdateClient): Promise<Offer | undefined> {
    const release = await this.#channels?.for(client);
    return release && { release, always: false };
  }
}
