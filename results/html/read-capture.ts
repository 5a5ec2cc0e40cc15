/**
 * A capture as far as a report has room for it: of a long one the first packets and the last, since what
 * failed did so at the end.
 */

import { statSync } from 'node:fs';
import { findPacket } from './find-packet.js';
import { readPart } from './read-files.js';
import { captureFormat, type Packet, packetsFrom, readPackets } from './read-packets.js';

/** So much of both ends is read. */
export interface CaptureLimits {
  readonly headBytes: number;
  readonly tailBytes: number;
}

/** What was read of a capture. */
export interface CapturePart {
  readonly first: readonly Packet[];
  /** None when all are in `first`, or when no packet was found in the end of the file. */
  readonly last: readonly Packet[];
  /** Between the first and the last packets, or after the first ones if there are no last. */
  readonly leftOutBytes: number;
}

/** Undefined if the file is no capture. */
export function readCapture(path: string, limits: CaptureLimits): CapturePart | undefined {
  const { size } = statSync(path);
  if (size <= limits.headBytes + limits.tailBytes) {
    const first = readPackets(readPart(path, 0, size));
    return first && { first, last: [], leftOutBytes: 0 };
  }
  return readEnds(path, size, limits);
}

function readEnds(path: string, size: number, limits: CaptureLimits): CapturePart | undefined {
  const head = readPart(path, 0, limits.headBytes);
  const format = captureFormat(head);
  if (!format) return undefined;
  const first = readPackets(head) ?? [];
  // Blocks of a pcapng begin on multiples of four from the beginning of the file.
  const tailFrom = Math.ceil((size - limits.tailBytes) / 4) * 4;
  const bytes = readPart(path, tailFrom, size - tailFrom);
  const found = findPacket({ bytes, format, startMs: first[0]?.atMs ?? 0 });
  const end = found === undefined ? size : tailFrom + found;
  const last = found === undefined ? [] : packetsFrom(bytes, found, format);
  return { first, last, leftOutBytes: end - limits.headBytes };
}
