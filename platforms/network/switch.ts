/**
 * One segment: learns which station is behind which port and passes frames on. Knows nothing of what
 * is in them, of faults, or of where a port ends.
 */

import { parseFrame, payloadLength } from './frame.js';
import { isGroup, type MacAddress } from './mac-address.js';
import { remember } from './remember.js';

/** Something that frames come from and go to. */
export interface Port {
  readonly name: string;
  /**
   * Takes a frame for whoever is behind the port. Must not keep the bytes unless it copies them.
   * `sender` is the port that the packet first came in by, on whichever segment.
   */
  deliver(frame: Buffer, sender: string): void;
  /** Why nothing of this sender gets through for now; undefined where it may. */
  keepsOut?(sender: string): string | undefined;
}

/** Stations that are remembered; a guest that makes up addresses without end must not cost memory. */
export const mostStations = 4096;

/** What a segment has done. */
export interface SwitchCounters {
  readonly frames: number;
  readonly bytes: number;
  /** Sent to every port, for their station was a group or not known. */
  readonly flooded: number;
  /** Too short to be a frame, or with a group as its source. */
  readonly malformed: number;
  /** With more in it than the MTU: dropped, as no NIC with that MTU would take it. */
  readonly oversized: number;
}

/** Told of each well-formed frame once, before it is passed on, and of ports that keep it out. */
export type FrameListener = (frame: Buffer, keptOut: readonly string[]) => void;

export class Switch {
  readonly #ports = new Set<Port>();
  readonly #stations = new Map<MacAddress, Port>();
  readonly #listener: FrameListener | undefined;
  #frames = 0;
  #bytes = 0;
  #flooded = 0;
  #malformed = 0;
  #oversized = 0;
  readonly #mtu: number;

  constructor(listener?: FrameListener, mtu = 1500) {
    this.#listener = listener;
    this.#mtu = mtu;
  }

  get counters(): SwitchCounters {
    return {
      frames: this.#frames,
      bytes: this.#bytes,
      flooded: this.#flooded,
      malformed: this.#malformed,
      oversized: this.#oversized,
    };
  }

  add(port: Port): void {
    this.#ports.add(port);
  }

  /** Nobody is behind the port any more that was; who comes next is flooded until heard. */
  forget(port: Port): void {
    for (const [mac, seen] of this.#stations) if (seen === port) this.#stations.delete(mac);
  }

  /** A frame that came in by a port, from `sender` if it was routed here. */
  receive(bytes: Buffer, from: Port, sender = from.name): void {
    const frame = parseFrame(bytes);
    if (!frame || isGroup(frame.source)) {
      this.#malformed += 1;
      return;
    }
    if (payloadLength(bytes) > this.#mtu) {
      this.#oversized += 1;
      return;
    }
    this.#frames += 1;
    this.#bytes += bytes.length;
    this.#learn(frame.source, from);
    const to = isGroup(frame.destination) ? undefined : this.#stations.get(frame.destination);
    this.#listener?.(bytes, keptOut(to ? [to] : this.#ports, from, sender));
    if (!to) this.#flood(bytes, from, sender);
    else if (to !== from) to.deliver(bytes, sender);
  }

  /**
   * The station that was heard last is remembered longest. While there is much room nothing is about to
   * be forgotten, and no frame pays for the order.
   */
  #learn(mac: MacAddress, port: Port): void {
    const isRoomy = this.#stations.size <= mostStations / 2;
    if (isRoomy && this.#stations.get(mac) === port) return;
    remember(this.#stations, mac, port, mostStations);
  }

  #flood(bytes: Buffer, from: Port, sender: string): void {
    this.#flooded += 1;
    for (const port of this.#ports) if (port !== from) port.deliver(bytes, sender);
  }
}

/** `b-0: partition` and the like. */
function keptOut(targets: Iterable<Port>, from: Port, sender: string): readonly string[] {
  const kept: string[] = [];
  for (const port of targets) {
    const why = port === from ? undefined : port.keepsOut?.(sender);
    if (why !== undefined) kept.push(`${port.name}: ${why}`);
  }
  return kept;
}
