/** The one form of range that a download which goes on asks for: from a byte to the end. */

/** The first byte that is wanted; undefined when there is no such byte. RFC 9110, section 14. */
export function rangeStart(header: string | undefined, bytes: number): number | undefined {
  if (header === undefined) return 0;
  const start = /^bytes=(\d+)-(?:\d+)?$/.exec(header)?.[1];
  // Another unit or form is ignored, as the RFC allows.
  if (start === undefined) return 0;
  return Number(start) < bytes ? Number(start) : undefined;
}
