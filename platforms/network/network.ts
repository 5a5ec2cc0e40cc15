/**
 * The network of one cluster: its segments, the router between them, a port for each NIC, and what
 * goes wrong on purpose. Runs wherever it is made; clusters make it in a thread of its own.
 */

import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type {
  Direction,
  LinkCounters,
  LinkFaults,
  NetworkEvent,
  Station,
} from '../../harness/model/network.js';
import { MachinePort } from './machine-port.js';
import { Partitions } from './partitions.js';
import type { NetworkPlan } from './plan-network.js';
import { Router } from './router.js';
import { type Happening, Segment } from './segment.js';
import { type StoredArtifact, storeArtifacts } from './servers/artifact-server.js';
import type { Resolve } from './servers/outside-names.js';
import type { Dial } from './servers/tcp-servers.js';
import type { SwitchCounters } from './switch.js';

/** What a network is made of; plain data, so that it can be sent to a thread. */
export interface NetworkRequest {
  readonly plan: NetworkPlan;
  readonly seed: number;
  /** Existing and short: holds a socket for each station, see {@link stationSocket}. */
  readonly directory: string;
  /** Files of the host, by the names of extras that segments serve. */
  readonly extras?: Readonly<Record<string, string>>;
  /** Existing; gets `<segment>.pcapng`. Undefined where nothing is kept. */
  readonly captureDirectory?: string;
}

/** What a network has to do with beyond its ports; not data, so it stays in its thread. */
export interface Outside {
  /** Told of each event as it is noted. */
  readonly onEvent?: (event: NetworkEvent) => void;
  /** Reaches what is beyond the gateway; from the host, if it isn't given. */
  readonly dial?: Dial | undefined;
  /** Knows the names of what is beyond the gateway; by the host, if it isn't given. */
  readonly resolve?: Resolve | undefined;
}

/** Events of a kind that are remembered; a machine that asks without end must not cost memory. */
const mostEvents = 20_000;

/** The socket on which the n-th station's NIC is waited for. */
export function stationSocket(directory: string, n: number): string {
  return join(directory, `n${n}.sock`);
}

type Stores = Readonly<Record<string, readonly StoredArtifact[]>>;

/** Throws what reading an artifact throws. */
async function storesOf({ plan, extras = {} }: NetworkRequest): Promise<Stores> {
  const stores = plan.segments.map(async ({ name, artifacts }) => {
    const sources = Object.entries(artifacts).map(([called, from]) => {
      const source = typeof from === 'string' ? { text: from } : { file: extras[from.extra] ?? '' };
      return [called, source] as const;
    });
    return [name, await storeArtifacts(Object.fromEntries(sources))] as const;
  });
  return Object.fromEntries(await Promise.all(stores));
}

export class Network {
  /** By segment. */
  readonly artifacts: Stores;
  readonly #request: NetworkRequest;
  readonly #onEvent: (event: NetworkEvent) => void;
  readonly #segments = new Map<string, Segment>();
  /** In the order of the plan's stations. */
  readonly #ports: MachinePort[] = [];
  readonly #servers: Server[] = [];
  readonly #partitions = new Partitions();
  readonly #router: Router;
  readonly #startedMs = performance.now();
  /** By kind: who asks for names without end makes no fault forgotten. Numbered as they happened. */
  readonly #events = new Map<string, { readonly n: number; readonly event: NetworkEvent }[]>();
  #noted = 0;

  private constructor(request: NetworkRequest, stores: Stores, outside: Outside) {
    this.#request = request;
    this.artifacts = stores;
    const hostOf = (name: string) => this.#segments.get(name)?.host;
    this.#router = new Router({ plan: request.plan, hostOf });
    this.#onEvent = outside.onEvent ?? (() => undefined);
    for (const segment of request.plan.segments) this.#addSegment(segment.name, outside);
    for (const [n, station] of request.plan.stations.entries()) this.#addPort(station, n);
  }

  /** Resolves when every NIC can connect. */
  static async open(request: NetworkRequest, outside: Outside = {}): Promise<Network> {
    const network = new Network(request, await storesOf(request), outside);
    await Promise.all(request.plan.stations.map((_, n) => network.#listen(n)));
    return network;
  }

  get events(): readonly NetworkEvent[] {
    const all = [...this.#events.values()].flat().sort((a, b) => a.n - b.n);
    return all.map(({ event }) => event);
  }

  /** `station` counts in the order of the plan. */
  set(station: number, faults: LinkFaults, direction: Direction): void {
    this.#ports[station]?.set(faults, direction);
  }

  counters(station: number): { readonly in: LinkCounters; readonly out: LinkCounters } | undefined {
    return this.#ports[station]?.counters;
  }

  segmentCounters(name: string): SwitchCounters | undefined {
    return this.#segments.get(name)?.counters;
  }

  partition(from: readonly string[], to: readonly string[], oneWay: boolean): void {
    this.#partitions.add(from, to, oneWay);
  }

  heal(): void {
    this.#partitions.clear();
  }

  /** Notes what was done from outside beside what the network saw. */
  note(event: Happening): void {
    const atMs = Math.round(performance.now() - this.#startedMs);
    const noted = { ...event, atMs };
    const own = this.#events.get(event.kind) ?? [];
    this.#events.set(event.kind, own);
    own.push({ n: this.#noted, event: noted });
    this.#noted += 1;
    if (own.length > mostEvents) own.shift();
    this.#onEvent(noted);
  }

  async close(): Promise<void> {
    for (const server of this.#servers) server.close();
    for (const port of this.#ports) port.close();
    await Promise.all([...this.#segments.values()].map((segment) => segment.close()));
  }

  #addSegment(name: string, { dial, resolve }: Outside): void {
    const { plan, captureDirectory } = this.#request;
    const segment = plan.segments.find((one) => one.name === name);
    if (!segment) return;
    const captureFile = captureDirectory && join(captureDirectory, `${name}.pcapng`);
    const made = new Segment({
      plan,
      segment,
      captureFile,
      artifactsOf: (of) => this.artifacts[of] ?? [],
      dial,
      resolve,
      onEvent: (event) => this.note(event),
      onForeign: (packet, sender) => this.#router.route(packet, name, sender),
    });
    this.#segments.set(name, made);
  }

  #addPort({ machine, segment }: Station, n: number): void {
    const port: MachinePort = new MachinePort({
      name: machine,
      // Two sequences for each link.
      seed: this.#request.seed + 2 * n,
      partitions: this.#partitions,
      onFrame: (frame, from) => this.#segments.get(segment)?.receive(frame, from),
      onPlug: (plugged) => {
        if (!plugged) this.#segments.get(segment)?.forget(port);
        this.note({ kind: plugged ? 'plugged' : 'unplugged', machine });
      },
    });
    this.#segments.get(segment)?.add(port);
    this.#ports.push(port);
  }

  async #listen(n: number): Promise<void> {
    const server = createServer((socket) => this.#ports[n]?.attach(socket));
    this.#servers.push(server);
    server.listen(stationSocket(this.#request.directory, n));
    await once(server, 'listening');
  }
}
