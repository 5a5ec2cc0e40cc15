/**
 * A gate directory as commands use it: its channels, who signs, and the time.
 */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { channelDirectory } from '../../results/gate/channel-directory.js';
import type { Signer } from '../../results/gate/envelope.js';
import { gateFiles } from '../../results/gate/gate-directory.js';
import { type NebraskaOptions, readToken } from '../../results/gate/nebraska/api.js';
import { nebraskaPublisher } from '../../results/gate/nebraska/publisher.js';
import type { GateContext } from '../../results/gate/open-ledger.js';
import type { Publisher } from '../../results/gate/publisher.js';
import { openSigner } from '../../results/gate/signers.js';
import { UsageError } from '../base/errors.js';

/** What the user said to any command of the gate. */
export interface GateOptions {
  readonly directory: string;
  readonly channels?: string;
  /** Channels of a Nebraska instance instead, and of which of its applications. */
  readonly nebraska?: string;
  readonly app?: string;
  readonly token?: string;
  readonly timeout?: number;
  readonly key?: readonly string[];
  readonly json?: boolean;
}

/** `now` is the clock's unless it was asked about another time. Throws NO_GATE and BAD_KEY (usage). */
export async function openGate(
  options: GateOptions,
  { signal, now }: { readonly signal: AbortSignal; readonly now?: Date },
): Promise<GateContext> {
  const directory = await gateDirectory(options);
  const signers = await Promise.all((options.key ?? []).map(openSigner));
  const publisher = await openPublisher(directory, options, signal);
  const clock = () => now ?? new Date();
  return { directory, publisher, signers, now: clock(), clock, signal };
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

/** Evidence is the word of one. Throws ONE_KEY (usage) for several, and BAD_KEY. */
export async function oneSigner({ key = [] }: GateOptions): Promise<Signer> {
  const [source, ...more] = key;
  if (source !== undefined && more.length === 0) return await openSigner(source);
  throw new UsageError('ONE_KEY', `give --key once; ${key.length} were given`);
}

async function openPublisher(
  directory: string,
  options: GateOptions,
  signal: AbortSignal,
): Promise<Publisher> {
  const { channels, nebraska } = options;
  if (nebraska === undefined) {
    return channelDirectory(channels ?? join(directory, gateFiles.channels), signal);
  }
  if (channels !== undefined) {
    throw new UsageError('ONE_SOURCE', 'give --channels DIR or --nebraska URL, one of them');
  }
  const place = await openNebraska(options, signal);
  return nebraskaPublisher({ ...place, records: join(directory, gateFiles.records) });
}

/** A Nebraska instance as the user named it. Throws MISSING_OPTION and BAD_TOKEN (usage). */
export async function openNebraska(
  { nebraska = '', app, token, timeout }: GateOptions,
  signal: AbortSignal,
): Promise<NebraskaOptions & { readonly app: string }> {
  if (app === undefined) {
    throw new UsageError('MISSING_OPTION', `which application of ${nebraska}? give --app ID`);
  }
  return {
    url: nebraska,
    app,
    signal,
    ...(token !== undefined && { token: await readToken(token) }),
    ...(timeout !== undefined && { timeoutMs: 1000 * timeout }),
  };
}

/** A time that was asked about. Throws BAD_TIME (usage). */
export function parseTime(text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new UsageError('BAD_TIME', `--at ${text} is no time; give one such as 2026-06-30T12:00Z`);
}
