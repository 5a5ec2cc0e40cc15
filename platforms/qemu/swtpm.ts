/**
 * The TPM 2.0 of one VM: an swtpm process with its state in a directory, which lives exactly as long
 * as its VM does. A fork gets its template's state by way of QEMU's own stream.
 */

import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { InfrastructureError } from '../../harness/base/errors.js';
import { poll } from '../../harness/base/poll.js';
import type { TpmSpec } from './machine-spec.js';

/** A running swtpm. */
export interface Tpm {
  /** Ends it if the end of its VM has not; resolves when it has gone. */
  stop(): Promise<void>;
}

const startLimitMs = 10_000;

/** The program and its arguments (swtpm(8)); it ends with the last connection to its socket. */
export function swtpmArgv({ socket, stateDirectory }: TpmSpec): [string, ...string[]] {
  return [
    ...(['swtpm', 'socket', '--tpm2'] as const),
    ...['--tpmstate', `dir=${stateDirectory}`],
    ...['--ctrl', `type=unixio,path=${socket}`, '--terminate'],
  ];
}

/** Resolves when QEMU can connect. Throws TPM_NOT_STARTED (infrastructure). */
export async function startTpm(spec: TpmSpec, logFile: string, signal: AbortSignal): Promise<Tpm> {
  await mkdir(spec.stateDirectory, { recursive: true, mode: 0o700 });
  const argv = [...swtpmArgv(spec), '--log', `file=${logFile},level=1`];
  const options = { stdio: 'ignore', reject: false, cleanup: false, detached: true } as const;
  const child = execa('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], options);
  let ended = false;
  void child.then(() => {
    ended = true;
  });
  const started = () => (existsSync(spec.socket) ? true : ended ? false : undefined);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(startLimitMs)]);
  const up = await poll(started, { signal: limit, intervalMs: 5 }).catch(() => false);
  const stop = async () => {
    // Killed by execa if it does not heed that within 5 s.
    child.kill('SIGTERM');
    await child;
  };
  if (up) return { stop };
  await stop();
  signal.throwIfAborted();
  const log = await readFile(logFile, 'utf8').catch(() => '');
  const message = 'swtpm could not be started; see `yard doctor`';
  const evidence = log.trim().slice(-500) || 'it said nothing';
  throw new InfrastructureError('TPM_NOT_STARTED', message, { phase: 'qemu', evidence });
}
