/**
 * Who has which address on one segment: learned from what is said in address resolution and from those
 * who send, asked for where it isn't known. What waits for an answer is bounded.
 */

import type { MacAddress } from './mac-address.js';
import { remember } from './remember.js';

/** Addresses that are remembered; a guest that makes them up without end must not cost memory. */
export const mostNeighbours = 4096;
/** Addresses that are asked for at a time. */
export const mostAsked = 256;
/** RFC 4861, section 10: three questions, a second each. */
export const answerMs = 3_000;

/** What is to be sent to an address, in order; from `sender` if it is only passed on. */
export interface Mail {
  readonly address: string;
  readonly packets: readonly Buffer[];
  readonly sender: string | undefined;
}

export interface NeighboursOptions {
  readonly ask: (address: string) => void;
  readonly send: (packet: Buffer, mac: MacAddress, sender: string | undefined) => void;
}

export class Neighbours {
  readonly #options: NeighboursOptions;
  readonly #known = new Map<string, MacAddress>();
  /** The newest mail for each address that is asked for, and since when. */
  readonly #waiting = new Map<string, { readonly mail: Mail; readonly sinceMs: number }>();

  constructor(options: NeighboursOptions) {
    this.#options = options;
  }

  /** Who has an address, if it was heard of. */
  find(address: string): MacAddress | undefined {
    return this.#known.get(address);
  }

  learn(address: string, mac: MacAddress): void {
    remember(this.#known, address, mac, mostNeighbours);
    const waiting = this.#waiting.get(address);
    this.#waiting.delete(address);
    if (waiting) this.#post(waiting.mail, mac);
  }

  /** To `planned` if the address was never heard of. False where nobody has said that it is theirs. */
  post(mail: Mail, planned?: MacAddress): boolean {
    const { address } = mail;
    const mac = this.#known.get(address) ?? planned;
    if (mac !== undefined) {
      this.#post(mail, mac);
      return true;
    }
    const { sinceMs } = this.#waiting.get(address) ?? {};
    const now = performance.now();
    if (sinceMs !== undefined && now - sinceMs > answerMs) {
      this.#waiting.delete(address);
      return false;
    }
    remember(this.#waiting, address, { mail, sinceMs: sinceMs ?? now }, mostAsked);
    this.#options.ask(address);
    return true;
  }

  #post({ packets, sender }: Mail, mac: MacAddress): void {
    for (const packet of packets) this.#options.send(packet, mac, sender);
  }
}
