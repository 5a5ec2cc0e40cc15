/**
 * Reboots a guest from inside, with proof: a new boot id, told by a new connection.
 */

import { abortable, scaleLimit, withDeadline } from '../../harness/base/deadline.js';
import { HarnessError, ProductError } from '../../harness/base/errors.js';
import { poll } from '../../harness/base/poll.js';
import { requireSuccess } from './command-end.js';
import { mayPass } from './connect-ssh.js';
import { ConnectionLate } from './connection-lost.js';
import type { Argv, SshGuest } from './ssh-guest.js';

/** What to reboot and how long it may take from the request, on a host of speed 1. */
export interface RebootRequest {
  readonly guest: SshGuest;
  readonly timeoutMs: number;
  /** Default: read from the guest first. */
  readonly bootIdBefore?: string;
  /** How to ask, run by `sudo`. Default `systemctl reboot`; `none` when somebody else has asked. */
  readonly request?: Argv | 'none';
  /** What the machine said last, for the error. Default: what the guest answered last. */
  readonly lastWord?: () => string;
}

/**
 * For the first look, from the connection to the answer. A guest that takes longer may be slow and not
 * dead, so each look after one that was late is given twice the time.
 */
const firstLookMs = 15_000;

/**
 * Asks for a reboot and returns the new boot id. Throws COMMAND_FAILED when the request is refused,
 * BOOT_TIMEOUT (both product), or at once what the guest's `explain` says of a dead machine.
 */
export async function rebootGuest(reboot: RebootRequest): Promise<string> {
  const { guest, timeoutMs, request = ['systemctl', 'reboot'] } = reboot;
  const before = reboot.bootIdBefore ?? (await guest.bootId());
  let lastSeen = 'no answer';
  const limitMs = scaleLimit(timeoutMs, guest.slowness);
  const late = () => bootTimeout(limitMs, lastSeen, reboot.lastWord?.() ?? lastSeen);
  using deadline = withDeadline(guest.signal, limitMs, late);
  const startedMs = performance.now();
  if (request !== 'none') await askToGoDown(guest, request);
  let lookMs = firstLookMs;
  const probe = async () => {
    // A connection to the old boot may hang for ever once its kernel is gone: each look is fresh.
    guest.disconnect();
    const leftMs = timeoutMs - (performance.now() - startedMs) / guest.slowness;
    const answer = await lookAt(guest, Math.max(1, Math.min(lookMs, leftMs)));
    if (answer.wasLate) lookMs *= 2;
    lastSeen = answer.bootId === before ? `still boot ${before}` : (answer.refusal ?? lastSeen);
    return answer.bootId === before ? undefined : answer.bootId;
  };
  const rebooted = poll(probe, { signal: deadline.signal, intervalMs: 250 });
  return await abortable(rebooted, deadline.signal);
}

/** Runs what ends the guest, by `sudo`. Throws COMMAND_FAILED (product) when it is refused. */
export async function askToGoDown(guest: SshGuest, request: Argv): Promise<void> {
  try {
    const result = await guest.exec(request, { sudo: true, timeoutMs: 10_000 });
    if (result.status !== undefined && !endedBySignal(result.status)) requireSuccess(result);
  } catch (error) {
    if (!isPassing(error)) throw error;
  }
}

/** A shell's status for a child that a signal ended: the reboot may kill its own request. */
function endedBySignal(status: number): boolean {
  return status > 128;
}

interface Answer {
  readonly bootId?: string;
  readonly refusal?: string;
  /** Whether the look ended with its time. */
  readonly wasLate?: boolean;
}

async function lookAt(guest: SshGuest, timeoutMs: number): Promise<Answer> {
  try {
    const argv = ['cat', '/proc/sys/kernel/random/boot_id'] as const;
    return { bootId: await guest.output(argv, { timeoutMs }) };
  } catch (error) {
    if (!isPassing(error)) throw error;
    const wasLate = error instanceof ConnectionLate || error.code === 'COMMAND_TIMEOUT';
    return { refusal: error.message, wasLate };
  }
}

/** What a guest that goes down or comes up may answer. */
function isPassing(error: unknown): error is HarnessError {
  if (mayPass(error)) return true;
  if (!(error instanceof HarnessError)) return false;
  return error.code === 'COMMAND_TIMEOUT';
}

function bootTimeout(limitMs: number, lastSeen: string, evidence: string): ProductError {
  const message = `no new boot answered within ${limitMs} ms of the reboot; last: ${lastSeen}`;
  return new ProductError('BOOT_TIMEOUT', message, { phase: 'ssh', evidence, waitedMs: limitMs });
}
