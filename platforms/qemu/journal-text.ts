/**
 * Turns the bytes that a guest streams as its journal into entries. The guest is not trusted: lines
 * that are too long or are no entries are counted and skipped, and nothing grows with their number.
 */

import type { JournalLine } from '../../harness/model/platform.js';
import { fieldNumber, fieldText, type JournalFields } from '../guest/journal-fields.js';

/** An entry with what tells it from its like. */
export interface StreamedEntry extends JournalLine {
  /** `_BOOT_ID`. */
  readonly bootId: string | undefined;
  /** `__MONOTONIC_TIMESTAMP`, microseconds since that boot began. */
  readonly monotonicUs: number | undefined;
}

/** journald itself cuts lines at 48 KiB; JSON escapes make up to six characters of one. */
const maxLineLength = 512 * 1024;

/** What is kept of a message: more than any pattern looks at. */
const maxMessageLength = 4_096;

/** Names are short (journald truncates a syslog identifier at 256 characters). */
const maxNameLength = 256;

/** Collects the bytes of one stream. */
export class JournalText {
  readonly #decoder = new TextDecoder();
  readonly #onEntry: (entry: StreamedEntry) => void;
  #rest = '';
  #isTooLong = false;
  #skipped = 0;

  constructor(onEntry: (entry: StreamedEntry) => void) {
    this.#onEntry = onEntry;
  }

  /** Lines that were no entries. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Takes in bytes and reports the entries that they finish. */
  push(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#append(text.slice(start, end));
      this.#finish();
      start = end + 1;
    }
    this.#append(text.slice(start));
  }

  #append(part: string): void {
    if (this.#isTooLong) return;
    this.#isTooLong = this.#rest.length + part.length > maxLineLength;
    this.#rest = this.#isTooLong ? '' : this.#rest + part;
  }

  #finish(): void {
    const entry = this.#isTooLong ? undefined : parseEntry(this.#rest);
    if (entry !== undefined) this.#onEntry(entry);
    else if (this.#isTooLong || this.#rest.trim() !== '') this.#skipped += 1;
    this.#rest = '';
    this.#isTooLong = false;
  }
}

/** The entry of one line of JSON; undefined when it is none. */
function parseEntry(line: string): StreamedEntry | undefined {
  try {
    const fields: unknown = JSON.parse(line);
    const isObject = typeof fields === 'object' && fields !== null && !Array.isArray(fields);
    return isObject ? toEntry(fields as JournalFields) : undefined;
  } catch {
    return undefined;
  }
}

function toEntry(fields: JournalFields): StreamedEntry | undefined {
  const message = fieldText(fields['MESSAGE']);
  if (message === undefined) return undefined;
  const priority = fieldNumber(fields['PRIORITY']) ?? 6;
  return {
    message: message.slice(0, maxMessageLength),
    priority: Number.isInteger(priority) && priority >= 0 && priority <= 7 ? priority : 6,
    identifier: nameIn(fields['SYSLOG_IDENTIFIER']) ?? nameIn(fields['_COMM']),
    unit: nameIn(fields['UNIT']) ?? nameIn(fields['_SYSTEMD_UNIT']),
    transport: nameIn(fields['_TRANSPORT']),
    pid: fieldNumber(fields['_PID']),
    bootId: nameIn(fields['_BOOT_ID']),
    monotonicUs: fieldNumber(fields['__MONOTONIC_TIMESTAMP']),
  };
}

function nameIn(value: unknown): string | undefined {
  return fieldText(value)?.slice(0, maxNameLength);
}
