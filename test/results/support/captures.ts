/**
 * Packet captures for tests, made byte by byte.
 */

/** The beginning of a pcap file with microseconds. */
export const pcapHead: Buffer = Buffer.alloc(24);
pcapHead.writeUInt32LE(0xa1b2c3d4, 0);

/** A packet of a pcap file, of which 100 bytes were not kept. */
export function pcapPacket(seconds: number, frame: Buffer, microseconds = 500_000): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(seconds, 0);
  header.writeUInt32LE(microseconds, 4);
  header.writeUInt32LE(frame.length, 8);
  header.writeUInt32LE(frame.length + 100, 12);
  return Buffer.concat([header, frame]);
}

/** The header of an Ethernet frame. */
export function ethernet(type: number): Buffer {
  return Buffer.from([...Buffer.alloc(12), type >> 8, type & 0xff]);
}

/** An ARP request. */
export function arpFrame(): Buffer {
  const arp = Buffer.alloc(28);
  arp.set([0, 1], 6);
  arp.set([10, 0, 2, 15], 14);
  arp.set([10, 0, 2, 2], 24);
  return Buffer.concat([ethernet(0x0806), arp]);
}
