/**
 * Names of files that are their maker's for as long as it lives. They say who that is: whoever finds one
 * later can tell what a dead process has left from what another one needs.
 */

import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { InfrastructureError } from './errors.js';
import { identifyProcess, isRunning, type ProcessIdentity } from './host-process.js';

/** What every such name begins with; nothing else is ever reaped. */
export const tempPrefix = 'switchyard';

/** The process that this is. Throws NO_PROC (infrastructure): others would take it for dead. */
export function identifyOwner(): ProcessIdentity {
  const owner = identifyProcess(process.pid);
  if (!owner) throw new InfrastructureError('NO_PROC', '/proc is not readable; is it mounted?');
  return owner;
}

/**
 * A new name, `switchyard-SPACE-PID-START-RANDOM` and perhaps `-purpose`. Numbers are short, since paths
 * of sockets are; the space says in which process namespace the pid means something. Throws NO_PROC.
 */
export function ownedName(purpose?: string): string {
  const { pid, startTicks } = identifyOwner();
  const owner = [processSpace(), pid.toString(36), startTicks.toString(36)];
  const parts = [tempPrefix, ...owner, randomBytes(3).toString('hex')];
  return [...parts, ...(purpose === undefined ? [] : [purpose])].join('-');
}

const pattern = new RegExp(
  `^${tempPrefix}-([0-9a-f]{4})-([0-9a-z]{1,6})-([0-9a-z]{1,10})-[0-9a-f]{6}(?:-|$)`,
);

/** Whether such a name is that of a process which is dead. One of another container is not known to be. */
export function isAbandoned(name: string): boolean {
  const [, space, pid = '', ticks = ''] = pattern.exec(name) ?? [];
  if (space !== processSpace()) return false;
  return !isRunning({ pid: Number.parseInt(pid, 36), startTicks: Number.parseInt(ticks, 36) });
}

/** pid_namespaces(7): containers that share a directory have pids of their own. */
function processSpace(): string {
  const space = readlinkSync('/proc/self/ns/pid');
  return createHash('sha256').update(space).digest('hex').slice(0, 4);
}
