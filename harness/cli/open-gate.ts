/**
 * A gate directory as commands use it: its channels, who signs, and the time.
 */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { channelDirectory } from '../../results/gate/channel-directory.js';
import { gateFiles } from '../../results/gate/gate-directory.js';
import type { GateContext } from '../../results/gate/open-ledger.js';
import type { Publisher } from '../../results/gate/publisher.js';
import { openSigner } from '../../results/gate/signers.js';
import { UsageError } from '../base/errors.js';

/** What the user said to any command of the gate. */
export interface GateOptions {
  readonly directory: string;
  readonly channels?: string;
  readonly key?: readonly string[];
  readonly json?: boolean;
}

/** `now` is the clock's unless it was asked about another time. Throws NO_GATE and BAD_KEY (usage). */
export async function openGate(
  options: GateOptions,
  { signal, now = new Date() }: { readonly signal: AbortSignal; readonly now?: Date },
): Promise<GateContext> {
  const directory = await gateDirectory(options);
  const signers = await Promise.all((options.key ?? []).map(openSigner));
  return { directory, publisher: openPublisher(directory, options), signers, now, signal };
}

/** The directory as the user named it. Throws NO_GATE (usage) when it is not there. */
export async function gateDirectory({ directory }: GateOptions): Promise<string> {
  try {
    if ((await stat(directory)).isDirectory()) return directory;
    throw new Error('it is a file');
  } catch {
    const next = `make one with: ./yard gate init ${directory}, or name it with --directory`;
    throw new UsageError('NO_GATE', `there is no gate directory ${directory}; ${next}`);
  }
}

function openPublisher(directory: string, { channels }: GateOptions): Publisher {
  return channelDirectory(channels ?? join(directory, gateFiles.channels));
}

/** A time that was asked about. Throws BAD_TIME (usage). */
export function parseTime(text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new UsageError('BAD_TIME', `--at ${text} is no time; give one such as 2026-06-30T12:00Z`);
}
