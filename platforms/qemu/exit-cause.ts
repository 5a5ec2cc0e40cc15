/**
 * Why a VM's process ended although nobody asked it to, or never came to be used, from evidence of the
 * host alone: a guest that powered itself off is the image's doing, everything else is not.
 */

import {
  type ErrorDetails,
  type HarnessError,
  InfrastructureError,
  ProductError,
} from '../../harness/base/errors.js';
import type { Phase } from '../../harness/model/outcome.js';
import type { QemuExit } from './qemu-process.js';
import { floodLimits } from './serial-console.js';

/** What is known of the end of one process. */
export interface ExitEvidence {
  readonly machine: string;
  readonly phase: Phase;
  readonly exit: QemuExit;
  /** `reason` of QMP's SHUTDOWN event (QEMU's ShutdownCause), if one came. */
  readonly shutdownReason: string | undefined;
  readonly stderrTail: string;
}

/** QEMU ended and nobody knows of a wish for it. Code QEMU_EXITED. */
export class QemuExited extends InfrastructureError {
  readonly exit: QemuExit;

  constructor(exit: QemuExit, message: string, details: ErrorDetails) {
    super('QEMU_EXITED', message, details);
    this.exit = exit;
  }
}

/** GUEST_SHUTDOWN (product) if the guest asked for it, else QEMU_EXITED (infrastructure). */
export function explainExit(evidence: ExitEvidence): HarnessError {
  const { machine, phase } = evidence;
  if (evidence.shutdownReason === 'guest-shutdown' && evidence.exit.code === 0) {
    const message = `${machine}: the guest powered itself off in phase ${phase}; see its console.log`;
    const details = { machine, phase, evidence: 'QMP SHUTDOWN, reason guest-shutdown' };
    return new ProductError('GUEST_SHUTDOWN', message, details);
  }
  const message = `${machine}: QEMU ended by itself (${describeExit(evidence.exit)}); see its qemu.stderr`;
  const shutdown = `no stderr; SHUTDOWN reason: ${evidence.shutdownReason ?? 'no such event'}`;
  const details = { machine, phase: 'qemu', evidence: evidence.stderrTail || shutdown } as const;
  return new QemuExited(evidence.exit, message, details);
}

/** DISK_FULL: QEMU paused the guest because the host had no room for a write. */
export function diskFull(machine: string): HarnessError {
  const message = `${machine}: the host's disk is full; free space where runs are kept`;
  const details = { machine, phase: 'host', evidence: 'QMP BLOCK_IO_ERROR, nospace' } as const;
  return new InfrastructureError('DISK_FULL', message, details);
}

/** QEMU_STOPPED: nothing that the guest did not do since then is the image's fault. */
export function qemuStopped(machine: string): HarnessError {
  const message = `${machine}: the QEMU process was stopped from outside; let it run, or end it`;
  const details = { machine, phase: 'qemu', evidence: '/proc/PID/stat: state T for 3 s' } as const;
  return new InfrastructureError('QEMU_STOPPED', message, details);
}

/** QEMU_NOT_CONNECTED: no guest has run yet, so none is to blame. */
export function notConnected(machine: string, limitMs: number): HarnessError {
  const message = `${machine}: QEMU did not open its sockets and answer within ${limitMs} ms`;
  const next = 'is a disk of the host stalled?';
  return new InfrastructureError('QEMU_NOT_CONNECTED', `${message}; ${next}`, {
    machine,
    phase: 'qemu',
  });
}

/** THAW_TIMEOUT: neither loaded nor refused. */
export function thawTimeout(machine: string, limitMs: number): HarnessError {
  const message = `${machine}: QEMU did not load the state of its template within ${limitMs} ms`;
  return new InfrastructureError('THAW_TIMEOUT', message, { machine, phase: 'qemu' });
}

/** CONSOLE_FLOOD (product): a guest that prints without end would fill the host's disk and memory. */
export function consoleFlood(machine: string, phase: Phase, lastLine: string): HarnessError {
  const most = `${floodLimits.bytes / 2 ** 20} MiB or ${floodLimits.lines} lines`;
  const what = `${machine}: the guest printed more than ${most} on its console, in phase ${phase}`;
  const details = { machine, phase, evidence: `last line: ${lastLine}` };
  return new ProductError('CONSOLE_FLOOD', `${what}; see the end of its console.log`, details);
}

function describeExit({ code, signal }: QemuExit): string {
  if (signal === 'SIGKILL') return "signal SIGKILL, as the kernel's out-of-memory killer sends";
  return signal === undefined ? `status ${code ?? 'unknown'}` : `signal ${signal}`;
}
