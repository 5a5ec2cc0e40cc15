/**
 * Address resolution of the switch's own station on a segment: says where the switch is, asks where others
 * are, and hears what they say of themselves.
 */

import { encodeFrame, etherTypes } from './frame.js';
import { broadcastMac, type MacAddress } from './mac-address.js';
import { type Mail, Neighbours } from './neighbours.js';
import { encodeArp, parseArp } from './packets/arp.js';
import { neighbourAdvertisement, neighbourSolicitation } from './packets/icmp.js';
import type { SegmentPlan } from './plan-network.js';
import { contains } from './subnets.js';

export interface ResolutionOptions {
  readonly segment: SegmentPlan;
  readonly linkLocal: string;
  /** The addresses of the switch here. */
  readonly own: ReadonlySet<string>;
  readonly transmit: (frame: Buffer) => void;
  readonly send: (packet: Buffer, destination: MacAddress, sender?: string) => void;
}

export const allNodesMac: MacAddress = '33:33:00:00:00:01';
/** Of who asks whether an address is free: it has none yet. */
const nobody = '::';

export class Resolution {
  readonly #options: ResolutionOptions;
  readonly #neighbours: Neighbours;

  constructor(options: ResolutionOptions) {
    this.#options = options;
    const { send } = options;
    this.#neighbours = new Neighbours({ ask: (address) => this.#ask(address), send });
  }

  /** Who has an address, if it was heard of. */
  find(address: string): MacAddress | undefined {
    return this.#neighbours.find(address);
  }

  /** See {@link Neighbours.post}. */
  post(mail: Mail, planned?: MacAddress): boolean {
    return this.#neighbours.post(mail, planned);
  }

  /** An address of this segment that a station uses, planned or not. */
  notice(address: string, mac: MacAddress): void {
    if (this.#neighbours.find(address) === mac) return;
    const { segment, own } = this.#options;
    const isOnLink = [segment.ipv4, segment.ipv6].some((network) => {
      return network && contains(network, address);
    });
    if (isOnLink && !own.has(address)) this.#neighbours.learn(address, mac);
  }

  /** Takes a message of ARP. */
  hear(payload: Buffer): void {
    const message = parseArp(payload);
    if (!message) return;
    const { senderMac, senderAddress, targetAddress, operation } = message;
    this.#neighbours.learn(senderAddress, senderMac);
    if (operation !== 'request' || !this.#options.own.has(targetAddress)) return;
    const answer = encodeArp({
      operation: 'reply',
      senderMac: this.#options.segment.mac,
      senderAddress: targetAddress,
      targetMac: senderMac,
      targetAddress: senderAddress,
    });
    this.#sendArp(senderMac, answer);
  }

  /** Answers who asks by IPv6 for an address of the switch. */
  answer(target: string, asker: string, mac: MacAddress): void {
    const { own, segment, send } = this.#options;
    if (!own.has(target)) return;
    if (asker !== nobody) this.#neighbours.learn(asker, mac);
    const answer = neighbourAdvertisement(target, asker, segment.mac);
    send(answer, asker === nobody ? allNodesMac : mac);
  }

  #ask(address: string): void {
    const { segment, linkLocal, send } = this.#options;
    const { mac, ipv4 } = segment;
    if (address.includes(':')) {
      const { packet, destination } = neighbourSolicitation(address, linkLocal, mac);
      send(packet, destination);
      return;
    }
    const ends = { senderMac: mac, senderAddress: ipv4?.address ?? '0.0.0.0' };
    const target = { targetMac: '00:00:00:00:00:00', targetAddress: address };
    this.#sendArp(broadcastMac, encodeArp({ operation: 'request', ...ends, ...target }));
  }

  #sendArp(destination: MacAddress, payload: Buffer): void {
    const { segment, transmit } = this.#options;
    const etherType = etherTypes.arp;
    transmit(encodeFrame({ destination, source: segment.mac, etherType, payload }));
  }
}
