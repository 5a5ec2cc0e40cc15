/**
 * Takes out of a streamed journal the config that Ignition prints when it fails: there are keys and
 * password hashes in it, and the config is kept beside the record anyway, with those masked.
 */

import { fieldText, type JournalFields } from '../guest/journal-fields.js';

/** The line before the config, which ends with a line that is a brace alone. */
const head = 'Full config:';

/** No entry is longer (see `journal-text.ts`), so what is may pass. */
const maxLineBytes = 512 * 1024;

/** Of one stream; what is no entry of Ignition's passes as it is. */
export class WithoutConfig {
  #rest = Buffer.alloc(0);
  /** The process that is printing its config. */
  #printing: string | undefined;

  /** What may be kept, up to the last whole line. */
  push(bytes: Uint8Array): Buffer {
    const all = Buffer.concat([this.#rest, bytes]);
    const end = all.lastIndexOf(0x0a) + 1;
    const isTooLong = all.length - end > maxLineBytes;
    this.#rest = isTooLong ? Buffer.alloc(0) : all.subarray(end);
    return this.#keepOf(isTooLong ? all : all.subarray(0, end));
  }

  /** What waited for the end of its line. */
  finish(): Buffer {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return this.#keepOf(rest);
  }

  #keepOf(bytes: Buffer): Buffer {
    if (this.#printing === undefined && !bytes.includes(head)) return bytes;
    const lines = bytes.toString('latin1').split(/(?<=\n)/);
    return Buffer.from(lines.filter((line) => this.#mayKeep(line)).join(''), 'latin1');
  }

  #mayKeep(line: string): boolean {
    const entry = this.#printing === undefined && !line.includes(head) ? undefined : read(line);
    if (entry === undefined) return true;
    if (this.#printing === entry.process) {
      if (entry.message === '}') this.#printing = undefined;
      return false;
    }
    if (!entry.message.startsWith(head)) return true;
    // In one entry, or in one of each line.
    if (entry.message.includes('\n')) return false;
    this.#printing = entry.process;
    return true;
  }
}

/** An entry of Ignition's; undefined for any other. */
function read(line: string): { readonly message: string; readonly process: string } | undefined {
  const fields = parse(line);
  const name = fieldText(fields['SYSLOG_IDENTIFIER']) ?? fieldText(fields['_COMM']);
  const message = fieldText(fields['MESSAGE']);
  if (name !== 'ignition' || message === undefined) return undefined;
  return { message, process: fieldText(fields['_PID']) ?? '' };
}

function parse(line: string): JournalFields {
  try {
    return (JSON.parse(line) ?? {}) as JournalFields;
  } catch {
    return {};
  }
}
