/**
 * Answers for the names of a cluster's machines, and for nothing else: a name that is not there does
 * not exist, as on a network that leads nowhere.
 */

import {
  type Answer,
  decode,
  encode,
  type OptAnswer,
  type Packet,
  type Question,
} from 'dns-packet';
import type { Station } from '../../../harness/model/network.js';
import { domain, type NetworkPlan } from '../plan-network.js';
import { remember } from '../remember.js';

/** Flags and codes of RFC 1035. */
const authoritative = 1 << 10;
const recursionDesired = 1 << 8;
const responseCodes = { none: 0, noSuchName: 3 } as const;

const ttlSeconds = 30;
/** Names that are remembered; a machine that asks without end must not cost memory. */
const mostNames = 10_000;
/** What everybody takes (RFC 1035, 2.3.4); who speaks of extensions may take more. */
const leastAnswerBytes = 512;

const extensions: OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: 1232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

/** What is behind a name. */
interface Named {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

export interface NameServerOptions {
  readonly plan: NetworkPlan;
  /** Further names, with the addresses that they mean. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly onQuestion: (question: string, type: string, found: boolean) => void;
}

export class NameServer {
  readonly #names = new Map<string, Named>();
  /** Without addresses of their own, but above names that have some: they exist (RFC 8020). */
  readonly #above: ReadonlySet<string>;
  /** What was found elsewhere, the newest last. */
  readonly #learned = new Map<string, Named>();
  readonly #onQuestion: NameServerOptions['onQuestion'];

  constructor({ plan, onQuestion, names = {} }: NameServerOptions) {
    this.#onQuestion = onQuestion;
    const above = ['gateway', ...plan.segments.map(({ name }) => name)];
    this.#above = new Set([domain, ...above.map((name) => `${name}.${domain}`)]);
    for (const station of plan.stations) this.#addStation(station);
    for (const segment of plan.segments) {
      this.#add(`gateway.${segment.name}.${domain}`, segment.ipv4?.address, segment.ipv6?.address);
    }
    for (const [name, addresses] of Object.entries(names)) {
      this.#names.set(name, namedBy(addresses));
    }
  }

  /** Undefined for what is no question. */
  answer(data: Buffer): Buffer | undefined {
    const packet = readPacket(data);
    const question = packet?.questions?.[0];
    if (packet?.type !== 'query' || !question) return undefined;
    const name = question.name.toLowerCase();
    const known = this.#find(name);
    const answers = known ? answersTo(question, known) : [];
    this.#onQuestion(name, question.type, answers.length > 0);
    const code = known || this.#above.has(name) ? responseCodes.none : responseCodes.noSuchName;
    const asked = packet.additionals?.find((one): one is OptAnswer => one.type === 'OPT');
    const response: Packet = {
      type: 'response',
      id: packet.id ?? 0,
      flags: authoritative | ((packet.flags ?? 0) & recursionDesired) | code,
      questions: [question],
      // Who speaks of extensions is told that they are understood (RFC 6891), or it asks again.
      ...(asked && { additionals: [extensions] }),
    };
    const most = Math.min(asked?.udpPayloadSize ?? 0, extensions.udpPayloadSize);
    return encodeWithin(response, answers, Math.max(most, leastAnswerBytes));
  }

  /** What is asked for and not known here, of those that are on no machine of the cluster. */
  unknownName(data: Buffer): string | undefined {
    const name = readPacket(data)?.questions?.[0]?.name.toLowerCase();
    const isInside = name === undefined || name === domain || name.endsWith(`.${domain}`);
    return isInside || this.#find(name) ? undefined : name;
  }

  /** What was found elsewhere is what the name means from now on. */
  learn(name: string, addresses: readonly string[]): void {
    if (addresses.length > 0) remember(this.#learned, name, namedBy(addresses), mostNames);
  }

  #find(name: string): Named | undefined {
    return this.#names.get(name) ?? this.#learned.get(name);
  }

  #addStation({ machine, segment, ipv4, ipv6 }: Station): void {
    for (const name of [`${machine}.${domain}`, `${machine}.${segment}.${domain}`]) {
      this.#add(name, ipv4, ipv6);
    }
  }

  #add(name: string, ipv4: string | undefined, ipv6: string | undefined): void {
    const known = this.#names.get(name);
    const before = known ? [...known.ipv4, ...known.ipv6] : [];
    const found = [ipv4, ipv6].filter((address) => address !== undefined);
    this.#names.set(name, namedBy([...before, ...found]));
  }
}

/** Each once. A zone (RFC 4007) means something to the host only. */
function namedBy(addresses: readonly string[]): Named {
  const each = [...new Set(addresses)].filter((address) => !address.includes('%'));
  return {
    ipv4: each.filter((address) => !address.includes(':')),
    ipv6: each.filter((address) => address.includes(':')),
  };
}

/**
 * As many answers as there is room for. That there are more is not told: it would send who asks to a
 * port of TCP, where nobody is.
 */
function encodeWithin(response: Packet, answers: readonly Answer[], most: number): Buffer {
  const all = encode({ ...response, answers: [...answers] });
  if (all.length <= most) return all;
  // All are of one name and one type, so of one size.
  const emptyBytes = encode(response).length;
  const eachBytes = (all.length - emptyBytes) / answers.length;
  const room = Math.floor((most - emptyBytes) / eachBytes);
  return encode({ ...response, answers: answers.slice(0, room) });
}

function readPacket(data: Buffer) {
  try {
    return decode(data);
  } catch {
    // Whatever was sent to the port of names, it is no question.
    return undefined;
  }
}

function answersTo({ name, type }: Question, { ipv4, ipv6 }: Named): Answer[] {
  const common = { name, ttl: ttlSeconds } as const;
  if (type === 'A') return ipv4.map((data) => ({ ...common, type, data }));
  if (type === 'AAAA') return ipv6.map((data) => ({ ...common, type, data }));
  return [];
}
