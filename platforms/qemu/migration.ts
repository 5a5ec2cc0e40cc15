/**
 * Freezing a machine into a file and bringing it back, memory left aside: that is in a file of its
 * own, which both sides map (QEMU's QMP reference, `migrate`, `migrate-incoming`, capability
 * `x-ignore-shared`).
 */

import { z } from 'zod';
import { InfrastructureError } from '../../harness/base/errors.js';
import { poll } from '../../harness/base/poll.js';

/** Runs one QMP command and returns its answer. */
export type QmpExecute = (
  command: string,
  parameters: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<unknown>;

const statusSchema = z.object({
  status: z.string().optional(),
  'error-desc': z.string().optional(),
});

const runStateSchema = z.object({ status: z.string() });

/** A save is a few hundred KiB and a load likewise: both take milliseconds. */
const statusIntervalMs = 5;

/** Stops the machine and writes its state; what it has in memory is in its memory file already. */
export async function freezeTo(
  file: string,
  execute: QmpExecute,
  signal: AbortSignal,
): Promise<void> {
  await execute('stop', {}, signal);
  await ignoreShared(execute, signal);
  await execute('migrate', { uri: `file:${file}` }, signal);
  await migrated('save', execute, signal);
}

/** How a state is loaded. */
export interface Thaw {
  readonly execute: QmpExecute;
  readonly signal: AbortSignal;
  /** Changes the machine while it stands still. */
  readonly prepare: () => Promise<void>;
}

/** Loads a state into a machine that was started with `-incoming defer`, and lets it run. */
export async function thawFrom(file: string, { execute, signal, prepare }: Thaw): Promise<void> {
  await ignoreShared(execute, signal);
  await execute('migrate-incoming', { uri: `file:${file}` }, signal);
  await migrated('load', execute, signal);
  await prepare();
  const { status } = runStateSchema.parse(await execute('query-status', {}, signal));
  if (status !== 'running') await execute('cont', {}, signal);
}

async function ignoreShared(execute: QmpExecute, signal: AbortSignal): Promise<void> {
  const capabilities = [{ capability: 'x-ignore-shared', state: true }];
  await execute('migrate-set-capabilities', { capabilities }, signal);
}

async function migrated(
  what: 'save' | 'load',
  execute: QmpExecute,
  signal: AbortSignal,
): Promise<void> {
  const done = async () => {
    const answer = statusSchema.parse(await execute('query-migrate', {}, signal));
    if (answer.status === 'failed' || answer.status === 'cancelled') throw failed(what, answer);
    return answer.status === 'completed' ? true : undefined;
  };
  await poll(done, { signal, intervalMs: statusIntervalMs });
}

function failed(what: string, answer: z.infer<typeof statusSchema>): InfrastructureError {
  const reason = answer['error-desc'] ?? 'QEMU gives no reason; see qemu.stderr';
  const message = `the machine's state could not be ${what === 'save' ? 'saved' : 'loaded'}: ${reason}`;
  return new InfrastructureError('STATE_NOT_MOVED', message, { phase: 'qemu' });
}
