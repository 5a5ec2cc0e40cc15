/**
 * Text as a `data:` URL, the form in which Ignition carries the contents of a file (RFC 2397).
 */

/** Percent-encoded, so that it stays readable in a config. For text; binary contents need base64. */
export function dataUrl(text: string): string {
  return `data:,${encodeURIComponent(text)}`;
}
