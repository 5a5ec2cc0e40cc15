/**
 * A station on a cluster's network without a machine behind it: speaks QEMU's stream protocol, and
 * enough of the protocols on top to ask the switch's servers.
 */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeFrame, etherTypes, type Frame, parseFrame } from '../../platforms/network/frame.js';
import { FrameReader, frameOnStream } from '../../platforms/network/frame-stream.js';
import { broadcastMac } from '../../platforms/network/mac-address.js';
import { stationSocket } from '../../platforms/network/network.js';
import { encodeUdp } from '../../platforms/network/packets/udp.js';

export class LanStation implements AsyncDisposable {
  readonly mac: string;
  readonly frames: Frame[] = [];
  readonly #socket: Socket;
  #onFrame: () => void = () => undefined;
  #isKept: (frame: Frame) => boolean = () => true;

  private constructor(mac: string, socket: Socket) {
    this.mac = mac;
    this.#socket = socket;
    const reader = new FrameReader();
    socket.on('data', (chunk: Buffer) => {
      for (const bytes of reader.push(chunk)) {
        const frame = parseFrame(Buffer.from(bytes));
        if (frame && this.#isKept(frame)) this.frames.push(frame);
      }
      this.#onFrame();
    });
    socket.on('error', () => socket.destroy());
  }

  /** Plugs into the port of the n-th station. */
  static async plug(directory: string, n: number, mac: string): Promise<LanStation> {
    const socket = connect(stationSocket(directory, n));
    await once(socket, 'connect');
    return new LanStation(mac, socket);
  }

  /** Sends whatever payload to a MAC, the type of an experiment by default. */
  send(destination: string, payload: string | Buffer, etherType = 0x88b5): void {
    const data = Buffer.from(payload);
    const frame = encodeFrame({ destination, source: this.mac, etherType, payload: data });
    this.#socket.write(frameOnStream(frame));
  }

  sendUdp(
    ends: { readonly source: string; readonly destination: string; readonly mac?: string },
    ports: { readonly from: number; readonly to: number },
    data: Buffer,
  ): void {
    const { source, destination, mac = broadcastMac } = ends;
    const datagram = { sourcePort: ports.from, destinationPort: ports.to, data };
    const version = source.includes(':') ? 6 : 4;
    const packet = encodeUdp({ version, source, destination }, datagram);
    this.send(mac, packet, version === 4 ? etherTypes.ipv4 : etherTypes.ipv6);
  }

  /** The first frame, past or to come, that is wanted. Throws after two seconds. */
  async heard(isWanted: (frame: Frame) => boolean): Promise<Frame> {
    const signal = AbortSignal.timeout(2_000);
    for (;;) {
      const found = this.frames.find(isWanted);
      if (found) return found;
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.#onFrame = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** The payloads of experiments, as text. */
  get texts(): readonly string[] {
    const own = this.frames.filter(({ etherType }) => etherType === 0x88b5);
    return own.map(({ payload }) => payload.toString());
  }

  /** Forgets what else is heard from now on. */
  keepOnly(isKept: (frame: Frame) => boolean): void {
    this.#isKept = isKept;
  }

  /** Does not read any more, as a guest that is paused. */
  stopReading(): void {
    this.#socket.pause();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.closed) return;
    this.#socket.destroy();
    await once(this.#socket, 'close');
  }
}
