/**
 * Frames on a byte stream as QEMU's `stream` netdev sends them (net/stream.c): four bytes of length,
 * big-endian, then the frame.
 */

/** QEMU's own limit of a packet (net/net.h, NET_BUFSIZE). */
export const largestFrame = 4096 + 65_536;

const lengthBytes = 4;

/** Cuts a stream into frames, however it arrives. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #buffered = 0;

  /** The frames that are complete now; they share the memory of the chunks. Throws RangeError. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    if (this.#buffered < this.#needed()) return [];
    const bytes = this.#join();
    const frames: Buffer[] = [];
    let offset = 0;
    while (bytes.length - offset >= lengthBytes) {
      const end = offset + lengthBytes + frameLength(bytes, offset);
      if (end > bytes.length) break;
      frames.push(bytes.subarray(offset + lengthBytes, end));
      offset = end;
    }
    this.#keep(bytes.subarray(offset));
    return frames;
  }

  /** How much must be there before a look is worth it: large frames come in many chunks. */
  #needed(): number {
    const [first] = this.#chunks;
    if (!first || first.length < lengthBytes) return lengthBytes;
    return lengthBytes + frameLength(first, 0);
  }

  #join(): Buffer {
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks);
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#buffered = rest.length;
  }
}

/** A frame with its length before it. */
export function frameOnStream(frame: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(lengthBytes + frame.length);
  bytes.writeUInt32BE(frame.length, 0);
  frame.copy(bytes, lengthBytes);
  return bytes;
}

function frameLength(bytes: Buffer, offset: number): number {
  const length = bytes.readUInt32BE(offset);
  if (length > largestFrame) throw new RangeError(`a frame of ${length} bytes`);
  return length;
}
