/**
 * The fields of one entry of systemd's JSON journal format (systemd's Journal Export Formats,
 * "Journal JSON Format"), wherever it came from.
 */

/** An entry as it was written: field names to values. */
export type JournalFields = Readonly<Record<string, unknown>>;

/** The text of a field: it is text, an array of bytes when it is not UTF-8, or several of these. */
export function fieldText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  if (value.every((item) => typeof item === 'number')) return Buffer.from(value).toString('utf8');
  return fieldText(value[0]);
}

/** The number in a field; undefined when there is none. */
export function fieldNumber(value: unknown): number | undefined {
  const number = Number(fieldText(value) ?? Number.NaN);
  return Number.isFinite(number) ? number : undefined;
}
