/**
 * One QEMU process: started so that it dies with the harness, watched until it exits. Knows nothing
 * of what runs inside.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { InfrastructureError } from '../../harness/base/errors.js';
import {
  identifyProcess,
  type ProcessIdentity,
  signalProcess,
} from '../../harness/base/host-process.js';

/** How the process ended: one of the two is set. */
export interface QemuExit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/** A started process. */
export interface QemuProcess {
  readonly identity: ProcessIdentity;
  /** Never rejects. */
  readonly exited: Promise<QemuExit>;
  /** Sends a signal; a process that has ended is fine. */
  kill(signal: NodeJS.Signals): void;
  /** The end of what it wrote to stderr, empty when it wrote nothing. */
  stderrTail(): Promise<string>;
}

const tailLength = 2_000;

/**
 * Starts QEMU under `setpriv --pdeathsig KILL` (util-linux), which replaces itself by QEMU and keeps
 * the pid. A session of its own keeps Ctrl-C from reaching QEMU before the teardown does. Throws
 * QEMU_NOT_STARTED.
 */
export async function spawnQemu(argv: readonly string[], stderrFile: string): Promise<QemuProcess> {
  // A machine that is started again keeps what was said before.
  const stderr = createWriteStream(stderrFile, { flags: 'a' });
  await once(stderr, 'open');
  try {
    const child = execa('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], {
      stdin: 'ignore',
      stdout: 'ignore',
      // An open file, which execa hands on as its descriptor: QEMU's last words need no harness.
      stderr,
      buffer: false,
      reject: false,
      cleanup: false,
      detached: true,
    });
    const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
    const exited = child.then(({ exitCode, signal }) => ({ code: exitCode, signal }));
    if (!identity) throw await notStarted(child);
    const kill = (signal: NodeJS.Signals) => signalProcess(identity, signal);
    return { identity, exited, kill, stderrTail: () => readTail(stderrFile) };
  } finally {
    stderr.destroy();
  }
}

async function notStarted(
  child: PromiseLike<{ shortMessage?: string | undefined }>,
): Promise<Error> {
  const { shortMessage } = await child;
  const message = 'QEMU could not be started; see `yard doctor`';
  const details = { phase: 'qemu', evidence: shortMessage ?? 'it ended at once' } as const;
  return new InfrastructureError('QEMU_NOT_STARTED', message, details);
}

async function readTail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.slice(-tailLength).trim();
}
