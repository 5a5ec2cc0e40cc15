/**
 * A stored journal as entries: when by the guest's clock, who, what. Reads what `journalctl -o json`
 * writes (systemd's JOURNAL_EXPORT_FORMATS); what is no whole entry, such as a torn end, is left out.
 */

/** An entry, with the time by the clock of the guest. */
export interface JournalEntry {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  /** The identifier, with the process where it is known: `systemd[1]`. */
  readonly who: string;
  readonly message: string;
  /** From 0, the system is unusable, to 7. */
  readonly priority: number;
}

/** The entries of a journal's lines, in their order. */
export function journalEntries(text: string): readonly JournalEntry[] {
  return text.split('\n').flatMap((line) => readEntry(line) ?? []);
}

function readEntry(line: string): JournalEntry | undefined {
  const fields = parseFields(line);
  const message = fieldText(fields?.['MESSAGE']);
  if (!fields || message === undefined) return undefined;
  const identifier = fieldText(fields['SYSLOG_IDENTIFIER']) ?? fieldText(fields['_COMM']) ?? '?';
  const pid = fieldText(fields['_PID']);
  return {
    atMs: Number(fieldText(fields['__REALTIME_TIMESTAMP']) ?? 0) / 1000,
    who: pid === undefined ? identifier : `${identifier}[${pid}]`,
    message,
    priority: Number(fieldText(fields['PRIORITY']) ?? 6),
  };
}

function parseFields(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** Of several values the first; bytes that are no UTF-8 text come as an array of numbers. */
function fieldText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  if (typeof value[0] === 'string') return value[0];
  return value.every((one) => typeof one === 'number') ? Buffer.from(value).toString() : undefined;
}

/** A line for each entry: `01:15:06.187 systemd[1]: Started a.service`, more lines of it indented. */
export function journalText(text: string): string {
  const lines = journalEntries(text).map(({ atMs, who, message }) => {
    const time = Number.isFinite(atMs) ? new Date(atMs).toISOString().slice(11, 23) : '?';
    return `${time} ${who}: ${message.replaceAll('\n', '\n    ')}\n`;
  });
  return lines.join('');
}
