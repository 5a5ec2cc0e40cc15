/**
 * The packets in a capture: pcap 2.4, as QEMU writes it for a NIC, and pcapng, as the switch does
 * for a segment (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng), both of Ethernet frames in this
 * machine's byte order. A torn end is left out.
 */

const pcapMagic = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d } as const;
const block = { section: 0x0a0d0d0a, packet: 6 } as const;
const byteOrderMagic = 0x1a2b3c4d;

/** A frame as far as it was kept. */
export interface Packet {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly frame: Buffer;
  /** On the wire; more than was kept. */
  readonly length: number;
}

/** The packets in their order; undefined if the bytes are no capture. */
export function readPackets(capture: Buffer): readonly Packet[] | undefined {
  if (capture.length < 24) return undefined;
  const kind = capture.readUInt32LE(0);
  if (kind === pcapMagic.microseconds) return readPcap(capture, 1e3);
  if (kind === pcapMagic.nanoseconds) return readPcap(capture, 1e6);
  const isSection = kind === block.section && capture.readUInt32LE(8) === byteOrderMagic;
  return isSection ? readPcapng(capture) : undefined;
}

function readPcap(capture: Buffer, perMs: number): readonly Packet[] {
  const packets: Packet[] = [];
  for (let at = 24; at + 16 <= capture.length; ) {
    const kept = capture.readUInt32LE(at + 8);
    const frame = capture.subarray(at + 16, at + 16 + kept);
    if (frame.length < kept) break;
    const atMs = capture.readUInt32LE(at) * 1000 + capture.readUInt32LE(at + 4) / perMs;
    packets.push({ atMs, frame, length: capture.readUInt32LE(at + 12) });
    at += 16 + kept;
  }
  return packets;
}

/** Blocks of other kinds are passed over by their length, as the format wants it. */
function readPcapng(capture: Buffer): readonly Packet[] {
  const packets: Packet[] = [];
  for (let at = 0; at + 12 <= capture.length; ) {
    const length = capture.readUInt32LE(at + 4);
    if (length < 12 || at + length > capture.length) break;
    const isPacket = capture.readUInt32LE(at) === block.packet && length >= 32;
    if (isPacket) packets.push(readEnhanced(capture.subarray(at + 8, at + length - 4)));
    at += length;
  }
  return packets;
}

/** An Enhanced Packet Block; times in microseconds, the format's default and what the switch uses. */
function readEnhanced(body: Buffer): Packet {
  const atUs = body.readUInt32LE(4) * 2 ** 32 + body.readUInt32LE(8);
  const frame = body.subarray(20, 20 + body.readUInt32LE(12));
  return { atMs: atUs / 1000, frame, length: body.readUInt32LE(16) };
}
