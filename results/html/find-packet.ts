/**
 * Where a packet begins in a part of a capture that was cut out of its middle. Neither format marks
 * that, so that several which follow upon each other have to look like packets.
 */

import type { CaptureFormat } from './read-packets.js';

/** So many in a row don't look like packets by chance. */
const inARow = 4;
/** No frame is longer, whatever a capture says of the most that it keeps. */
const longestFrame = 256 * 1024;
/** No machine of a run lives longer. */
const longestMs = 7 * 24 * 3_600_000;

/** Where to look: in which bytes, laid out how, and which is the time of the capture's first packet. */
export interface CutCapture {
  readonly bytes: Buffer;
  readonly format: CaptureFormat;
  readonly startMs: number;
}

/** The offset of the first packet or block; undefined when there is none with enough behind it. */
export function findPacket(cut: CutCapture): number | undefined {
  const next = cut.format.kind === 'pcap' ? pcapSteps(cut, cut.format) : pcapngSteps(cut);
  const step = cut.format.kind === 'pcap' ? 1 : 4;
  for (let at = 0; at < cut.bytes.length; at += step) if (isChain(at, next)) return at;
  return undefined;
}

/** Where what begins at an offset ends; undefined when nothing of the kind can begin there. */
type Next = (at: number) => number | undefined;

function isChain(at: number, next: Next): boolean {
  let end: number | undefined = at;
  for (let count = 0; count < inARow && end !== undefined; count += 1) end = next(end);
  return end !== undefined;
}

/** Seconds, parts of a second, bytes kept, bytes on the wire (draft-ietf-opsawg-pcap, 5). */
function pcapSteps(
  { bytes, startMs }: CutCapture,
  { perMs, snapLength }: Extract<CaptureFormat, { readonly kind: 'pcap' }>,
): Next {
  const most = snapLength === 0 ? longestFrame : Math.min(snapLength, longestFrame);
  // The first packets of several threads need not be in order.
  const [from, to] = [Math.floor(startMs / 1000) - 1, (startMs + longestMs) / 1000];
  return (at) => {
    if (at + 16 > bytes.length) return undefined;
    const seconds = bytes.readUInt32LE(at);
    const kept = bytes.readUInt32LE(at + 8);
    const length = bytes.readUInt32LE(at + 12);
    const isTime = seconds >= from && seconds <= to && bytes.readUInt32LE(at + 4) < perMs * 1000;
    const isFrame = kept > 0 && kept <= most && kept <= length && length <= longestFrame;
    return isTime && isFrame && at + 16 + kept <= bytes.length ? at + 16 + kept : undefined;
  };
}

/** Blocks are on multiples of four, and say how long they are at both ends (draft-ietf-opsawg-pcapng, 3.1). */
function pcapngSteps({ bytes }: CutCapture): Next {
  return (at) => {
    if (at + 12 > bytes.length) return undefined;
    const length = bytes.readUInt32LE(at + 4);
    const isBlock = length >= 12 && length % 4 === 0 && length <= longestFrame;
    if (!isBlock || at + length > bytes.length) return undefined;
    return bytes.readUInt32LE(at + length - 4) === length ? at + length : undefined;
  };
}
