/**
 * What a machine was told to do over SSH and all that it answered, in a file beside its console. The
 * event log has the beginnings only.
 */

import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecResult } from '../../harness/model/machine.js';
import { quoteArgv } from '../guest/quote-argv.js';

const fileName = 'commands.log';

/** Of each stream of a command, in characters. */
const mostText = 64 * 1024;
/** Of a machine, in bytes; a suite that polls for hours would fill the disk. */
const mostBytes = 16 * 1024 * 1024;

/** Takes each command when it has ended. A disk that is full is noticed by the run. */
export function commandLog(directory: string): (result: ExecResult) => void {
  const path = join(directory, fileName);
  let left = mostBytes - (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  return (result) => {
    if (left <= 0) return;
    const text = entryOf(result, new Date());
    left -= Buffer.byteLength(text);
    const end = left > 0 ? '' : `later commands are not kept, ${mostBytes} bytes are\n`;
    try {
      appendFileSync(path, text + end);
    } catch {
      left = 0;
    }
  };
}

/** Begins like a line of a shell that shows when the command ended. */
function entryOf(
  { argv, status, signal, durationMs, stdout, stderr }: ExecResult,
  now: Date,
): string {
  const end = status ?? signal ?? 'no exit status';
  const time = now.toISOString().slice(11, 23);
  const streams = [stdout, stderr && `[stderr]\n${stderr}`].filter((text) => text !== '');
  const said = streams.map((text) => `${shorten(text).trimEnd()}\n`).join('');
  return `${time} $ ${quoteArgv(argv)}\n${said}[${end}, ${Math.round(durationMs)} ms]\n\n`;
}

function shorten(text: string): string {
  if (text.length <= mostText) return text;
  return `${text.slice(0, mostText)}\n… ${text.length - mostText} characters more`;
}
