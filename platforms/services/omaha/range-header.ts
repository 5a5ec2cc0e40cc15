/** The one form of range that a download asks for: from a byte to another, or to the end. */

/** Offsets of the first byte and behind the last. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** What is to be answered: all of it, a part, or that there is nothing of the part. */
export type RangeAnswer =
  | ({ readonly status: 200 | 206 } & ByteRange)
  | { readonly status: 416; readonly from?: undefined };

/**
 * What is wanted of so many bytes. Another unit or form is ignored, as RFC 9110 allows in section 14.2,
 * and so is a range whose end is before its start: the answer is then 200 with everything.
 */
export function readRange(header: string | undefined, bytes: number): RangeAnswer {
  const [, first, last] = /^bytes=(\d+)-(\d+)?$/.exec(header ?? '') ?? [];
  if (first === undefined || Number(last ?? first) < Number(first)) {
    return { status: 200, from: 0, to: bytes };
  }
  const to = Math.min(bytes, Number(last ?? bytes) + 1);
  return Number(first) < bytes ? { status: 206, from: Number(first), to } : { status: 416 };
}
