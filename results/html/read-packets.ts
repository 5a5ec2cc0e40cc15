/**
 * The packets in a capture: pcap 2.4, as QEMU writes it for a NIC, and pcapng, as the switch does
 * for a segment (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng), both of Ethernet frames in this
 * machine's byte order. A torn end is left out.
 */

const pcapMagic = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d } as const;
const block = { section: 0x0a0d0d0a, packet: 6 } as const;
const byteOrderMagic = 0x1a2b3c4d;
/** Before the packets of a pcap, and before each of them. */
const pcapHeadBytes = 24;
const recordHeadBytes = 16;

/** A frame as far as it was kept. */
export interface Packet {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly frame: Buffer;
  /** On the wire; more than was kept. */
  readonly length: number;
}

/** How a capture is laid out, which its beginning tells; `perMs` is the unit of its times. */
export type CaptureFormat =
  | { readonly kind: 'pcap'; readonly perMs: number; readonly snapLength: number }
  | { readonly kind: 'pcapng' };

/** Undefined if the bytes are not the beginning of a capture. */
export function captureFormat(capture: Buffer): CaptureFormat | undefined {
  if (capture.length < pcapHeadBytes) return undefined;
  const magic = capture.readUInt32LE(0);
  const snapLength = capture.readUInt32LE(16);
  if (magic === pcapMagic.microseconds) return { kind: 'pcap', perMs: 1e3, snapLength };
  if (magic === pcapMagic.nanoseconds) return { kind: 'pcap', perMs: 1e6, snapLength };
  const isSection = magic === block.section && capture.readUInt32LE(8) === byteOrderMagic;
  return isSection ? { kind: 'pcapng' } : undefined;
}

/** The packets in their order; undefined if the bytes are no capture. */
export function readPackets(capture: Buffer): readonly Packet[] | undefined {
  const format = captureFormat(capture);
  if (!format) return undefined;
  return packetsFrom(capture, format.kind === 'pcap' ? pcapHeadBytes : 0, format);
}

/** The packets of a part of a capture, from where one of them or another block begins. */
export function packetsFrom(bytes: Buffer, from: number, format: CaptureFormat): readonly Packet[] {
  return format.kind === 'pcap' ? readPcap(bytes, from, format.perMs) : readPcapng(bytes, from);
}

function readPcap(bytes: Buffer, from: number, perMs: number): readonly Packet[] {
  const packets: Packet[] = [];
  for (let at = from; at + recordHeadBytes <= bytes.length; ) {
    const kept = bytes.readUInt32LE(at + 8);
    const frame = bytes.subarray(at + recordHeadBytes, at + recordHeadBytes + kept);
    if (frame.length < kept) break;
    const atMs = bytes.readUInt32LE(at) * 1000 + bytes.readUInt32LE(at + 4) / perMs;
    packets.push({ atMs, frame, length: bytes.readUInt32LE(at + 12) });
    at += recordHeadBytes + kept;
  }
  return packets;
}

/** Blocks of other kinds are passed over by their length, as the format wants it. */
function readPcapng(bytes: Buffer, from: number): readonly Packet[] {
  const packets: Packet[] = [];
  for (let at = from; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4);
    if (length < 12 || at + length > bytes.length) break;
    const isPacket = bytes.readUInt32LE(at) === block.packet && length >= 32;
    if (isPacket) packets.push(readEnhanced(bytes.subarray(at + 8, at + length - 4)));
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
