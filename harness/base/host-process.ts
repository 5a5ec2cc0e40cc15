/**
 * Processes of the host, identified by pid and start time so that a recycled pid is never taken for
 * the process that had it before. Reads `/proc` (proc_pid_stat(5)).
 */

import { readFileSync } from 'node:fs';

/** `startTicks` is field 22 of `/proc/PID/stat`: clock ticks since the host booted. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number;
}

/** The state letter and start time from the text of `/proc/PID/stat`, or undefined if malformed. */
export function parseStat(text: string): { state: string; startTicks: number } | undefined {
  // The program's name, field 2, may hold blanks and parentheses: count from its last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], Number(fields[19])];
  return state && Number.isSafeInteger(start) ? { state, startTicks: start } : undefined;
}

function readStat(pid: number): ReturnType<typeof parseStat> {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Who has this pid now; undefined when nobody has, or only a zombie. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat && stat.state !== 'Z' ? { pid, startTicks: stat.startTicks } : undefined;
}

/** Whether exactly this process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startTicks === identity.startTicks;
}

/** Whether it is stopped by a signal or a tracer. */
export function isStopped({ pid, startTicks }: ProcessIdentity): boolean {
  const stat = readStat(pid);
  return stat?.startTicks === startTicks && /^[Tt]$/.test(stat.state);
}

/** Sends the signal if exactly this process still runs; one that is gone is fine. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The kernel's random id of this boot of the host; pids mean nothing across two of them. */
export function hostBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
