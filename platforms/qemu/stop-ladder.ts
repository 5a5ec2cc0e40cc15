/**
 * Ends a process by asking ever less politely, each rung with its own share of the time.
 */

import { InfrastructureError } from '../../harness/base/errors.js';
import type { QemuProcess } from './qemu-process.js';

/** One way to ask, and its share of the whole limit. */
interface Rung {
  readonly share: number;
  readonly ask: () => void;
}

/** What is stopped, how it is asked politely, and within which time in all on this host. */
export interface StopOptions {
  readonly process: QemuProcess;
  /** QMP's `quit`, fire and forget. */
  readonly quit: () => void;
  readonly limitMs: number;
}

/** QMP quit, SIGTERM, SIGKILL. Resolves once the process has been reaped. Throws PROCESS_LEAKED. */
export async function stopQemu({ process, quit, limitMs }: StopOptions): Promise<void> {
  const rungs: readonly Rung[] = [
    { share: 0.4, ask: quit },
    { share: 0.2, ask: () => process.kill('SIGTERM') },
    { share: 0.4, ask: () => process.kill('SIGKILL') },
  ];
  for (const { share, ask } of rungs) {
    ask();
    if (await endsWithin(process, limitMs * share)) return;
  }
  const message = `QEMU ${process.identity.pid} did not end within ${limitMs} ms; run: ./yard reap`;
  throw new InfrastructureError('PROCESS_LEAKED', message, { phase: 'teardown' });
}

async function endsWithin(process: QemuProcess, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  try {
    return await Promise.race([process.exited.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
