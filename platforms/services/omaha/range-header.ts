/** The one form of range that a download asks for: from a byte to another, or to the end. */

/** Offsets of the first byte and behind the last. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** What is wanted of so many bytes; undefined when there is nothing of it. RFC 9110, section 14. */
export function readRange(header: string | undefined, bytes: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d+)?$/.exec(header ?? '') ?? [];
  // Another unit or form is ignored, as the RFC allows; so is a range whose end is before its start.
  if (first === undefined || Number(last ?? first) < Number(first)) return { from: 0, to: bytes };
  const to = Math.min(bytes, Number(last ?? bytes) + 1);
  return Number(first) < bytes ? { from: Number(first), to } : undefined;
}
