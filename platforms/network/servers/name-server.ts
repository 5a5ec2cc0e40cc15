/**
 * Answers for the names of a cluster's machines, and for nothing else: a name that is not there does
 * not exist, as on a network that leads nowhere.
 */

import { type Answer, decode, encode, type OptAnswer, type Question } from 'dns-packet';
import type { Station } from '../../../harness/model/network.js';
import { domain, type NetworkPlan } from '../plan-network.js';

/** Flags and codes of RFC 1035. */
const authoritative = 1 << 10;
const recursionDesired = 1 << 8;
const responseCodes = { none: 0, noSuchName: 3 } as const;

const ttlSeconds = 30;
/** Names that are remembered; a machine that asks without end must not cost memory. */
const mostNames = 10_000;

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
  readonly ipv4: string[];
  readonly ipv6: string[];
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
  readonly #onQuestion: NameServerOptions['onQuestion'];

  constructor({ plan, onQuestion, names = {} }: NameServerOptions) {
    this.#onQuestion = onQuestion;
    const above = ['gateway', ...plan.segments.map(({ name }) => name)];
    this.#above = new Set([domain, ...above.map((name) => `${name}.${domain}`)]);
    for (const station of plan.stations) this.#addStation(station);
    for (const segment of plan.segments) {
      this.#add(`gateway.${segment.name}.${domain}`, segment.ipv4?.address, segment.ipv6?.address);
    }
    for (const [name, addresses] of Object.entries(names)) this.learn(name, addresses);
  }

  /** Undefined for what is no question. */
  answer(data: Buffer): Buffer | undefined {
    const packet = readPacket(data);
    const question = packet?.questions?.[0];
    if (packet?.type !== 'query' || !question) return undefined;
    const name = question.name.toLowerCase();
    const known = this.#names.get(name);
    const answers = known ? answersTo(question, known) : [];
    this.#onQuestion(name, question.type, answers.length > 0);
    const code = known || this.#above.has(name) ? responseCodes.none : responseCodes.noSuchName;
    return encode({
      type: 'response',
      id: packet.id ?? 0,
      flags: authoritative | ((packet.flags ?? 0) & recursionDesired) | code,
      questions: [question],
      answers,
      // Who speaks of extensions is told that they are understood (RFC 6891), or it asks again.
      ...(packet.additionals?.some(({ type }) => type === 'OPT') && { additionals: [extensions] }),
    });
  }

  /** What is asked for and not known here, of those that are on no machine of the cluster. */
  unknownName(data: Buffer): string | undefined {
    const name = readPacket(data)?.questions?.[0]?.name.toLowerCase();
    const isInside = name === undefined || name === domain || name.endsWith(`.${domain}`);
    return isInside || this.#names.has(name) ? undefined : name;
  }

  /** Adds what was found elsewhere. */
  learn(name: string, addresses: readonly string[]): void {
    if (addresses.length === 0 || this.#names.size >= mostNames) return;
    for (const address of addresses) {
      if (address.includes(':')) this.#add(name, undefined, address);
      else this.#add(name, address, undefined);
    }
  }

  #addStation({ machine, segment, ipv4, ipv6 }: Station): void {
    for (const name of [`${machine}.${domain}`, `${machine}.${segment}.${domain}`]) {
      this.#add(name, ipv4, ipv6);
    }
  }

  #add(name: string, ipv4: string | undefined, ipv6: string | undefined): void {
    const named = this.#names.get(name) ?? { ipv4: [], ipv6: [] };
    if (ipv4 !== undefined) named.ipv4.push(ipv4);
    if (ipv6 !== undefined) named.ipv6.push(ipv6);
    this.#names.set(name, named);
  }
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
