/**
 * The port of one machine: QEMU's connection, however often it is made anew, and the link with its
 * faults between it and the segment.
 */

import type { Socket } from 'node:net';
import type { Direction, LinkCounters, LinkFaults } from '../../harness/model/network.js';
import { seededRandom } from '../../harness/model/seeded-random.js';
import { FaultPipe } from './fault-pipe.js';
import { FrameReader, frameOnStream } from './frame-stream.js';
import type { Partitions } from './partitions.js';
import type { Port } from './switch.js';

/** What a guest that does not read may leave unread, in bytes; the rest is dropped and counted. */
export const mostUnreadBytes = 1024 * 1024;

export interface MachinePortOptions {
  /** The machine's name. */
  readonly name: string;
  readonly seed: number;
  readonly partitions: Partitions;
  /** Takes what the machine sends, after the faults of its link. */
  readonly onFrame: (frame: Buffer, port: Port) => void;
  /** Whether the cable is plugged in at QEMU's end. */
  readonly onPlug: (plugged: boolean) => void;
}

export class MachinePort implements Port {
  readonly name: string;
  readonly #options: MachinePortOptions;
  readonly #out: FaultPipe;
  readonly #in: FaultPipe;
  #socket: Socket | undefined;
  #corked = false;
  #overflowed = 0;
  #partitioned = 0;
  /** Came through the link after the machine had gone. */
  #unheard = 0;

  constructor(options: MachinePortOptions) {
    const { name, seed, onFrame } = options;
    this.name = name;
    this.#options = options;
    // Two sequences of their own, so that traffic one way does not change the fate of the other.
    this.#out = new FaultPipe(seededRandom(seed), (frame) => onFrame(frame, this));
    this.#in = new FaultPipe(seededRandom(seed + 1), (frame) => this.#write(frame));
  }

  get counters(): { readonly in: LinkCounters; readonly out: LinkCounters } {
    const into = this.#in.counters;
    return {
      out: { ...this.#out.counters, partitioned: 0 },
      in: {
        ...into,
        passed: into.passed - this.#overflowed - this.#unheard,
        overflowed: into.overflowed + this.#overflowed,
        partitioned: this.#partitioned,
      },
    };
  }

  set(faults: LinkFaults, direction: Direction): void {
    if (direction !== 'in') this.#out.set(faults);
    if (direction !== 'out') this.#in.set(faults);
  }

  /** A new QEMU of the same machine takes the place of the old. */
  attach(socket: Socket): void {
    this.#socket?.destroy();
    this.#socket = socket;
    const reader = new FrameReader();
    socket.on('data', (chunk: Buffer) => this.#read(reader, chunk, socket));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#detach(socket));
    this.#options.onPlug(true);
  }

  close(): void {
    this.#socket?.destroy();
    this.#out.close();
    this.#in.close();
  }

  keepsOut(sender: string): string | undefined {
    if (!this.#socket) return 'unplugged';
    if (this.#options.partitions.separate(sender, this.name)) return 'partition';
    return this.#in.isDown ? 'link down' : undefined;
  }

  deliver(frame: Buffer, sender: string): void {
    if (!this.#socket) return;
    if (this.#options.partitions.separate(sender, this.name)) {
      this.#partitioned += 1;
      return;
    }
    this.#in.send(frame);
  }

  /** What goes wrong behind the reader is no fault of the machine, and not for its port to hide. */
  #read(reader: FrameReader, chunk: Buffer, socket: Socket): void {
    for (const frame of framesOf(reader, chunk, socket)) this.#out.send(frame);
  }

  #detach(socket: Socket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#options.onPlug(false);
  }

  #write(frame: Buffer): void {
    const socket = this.#socket;
    if (!socket?.writable) {
      this.#unheard += 1;
      return;
    }
    if (socket.writableLength > mostUnreadBytes) {
      this.#overflowed += 1;
      return;
    }
    this.#cork(socket);
    socket.write(frameOnStream(frame));
  }

  /** What comes at once leaves at once: one system call for many frames. */
  #cork(socket: Socket): void {
    if (this.#corked) return;
    this.#corked = true;
    socket.cork();
    setImmediate(() => {
      this.#corked = false;
      socket.uncork();
    });
  }
}

/** Nothing that speaks QEMU's protocol sends a wrong length: the connection is of no more use then. */
function framesOf(reader: FrameReader, chunk: Buffer, socket: Socket): readonly Buffer[] {
  try {
    return reader.push(chunk);
  } catch {
    socket.destroy();
    return [];
  }
}
