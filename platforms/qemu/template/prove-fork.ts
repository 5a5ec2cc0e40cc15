/**
 * Proof, and not assumption, that a machine is the fork it should be: it remembers its template's
 * nonce, draws other random numbers than the template and every fork of this process before it, and
 * nobody has written to what it was made from. Sets its clock by the way.
 */

import { join } from 'node:path';
import { InfrastructureError } from '../../../harness/base/errors.js';
import type { Guest } from '../../../harness/model/machine.js';
import { noncePath } from './settle.js';
import type { Template } from './template.js';
import { firstTouched } from './template-files.js';

/** The random words that forks of this process have drawn. */
const drawn = new Set<string>();

/** What a fork says for itself: a word out of its memory, and a random one. */
export interface Evidence {
  readonly nonce: string;
  readonly uuid: string;
}

/** Throws FORK_NOT_PRISTINE (infrastructure). */
export function judge({ nonce, uuid }: Evidence, { meta }: Template, machine: string): void {
  if (nonce !== meta.nonce) throw notPristine(machine, 'its memory is not that of its template');
  if (uuid === meta.uuid) throw sameNumbers(machine);
  requireUndrawn(uuid, machine);
}

/**
 * By SSH, where no witness waits: one command in the guest, since each costs half a second under TCG.
 * Throws FORK_NOT_PRISTINE (infrastructure).
 */
export async function proveSettledFork(
  guest: Guest,
  template: Template,
  machine: string,
): Promise<void> {
  const script = [
    `date -s @${(Date.now() / 1000).toFixed(3)} > /dev/null`,
    `cat ${noncePath}; echo`,
    `rm ${noncePath}`,
    'cat /proc/sys/kernel/random/uuid',
  ];
  const { status, stdout, stderr } = await guest.sh(script.join('\n'), { sudo: true });
  const [nonce = '', uuid = ''] = stdout.split('\n');
  if (status !== 0) throw notPristine(machine, `the check ended with ${status}: ${stderr.trim()}`);
  judge({ nonce, uuid }, template, machine);
}

/** What a fork from before Ignition must be. */
export interface HeldForkOrder {
  readonly machine: string;
  /**
   * The template's boot id, the random word that its memory holds: undefined when the template has
   * no journal, or the machine has restarted since.
   */
  readonly bootId: string | undefined;
  /** SHA-512 of its config, which Ignition logs of all that it parses (its internal/exec/util.go). */
  readonly configDigest: string | undefined;
}

/** In one command as well. Throws FORK_NOT_PRISTINE (infrastructure). */
export async function proveHeldFork(guest: Guest, order: HeldForkOrder): Promise<void> {
  const { machine, configDigest } = order;
  const script = ['cd /proc/sys/kernel/random', 'cat boot_id uuid'];
  // Not journalctl's own search, which it may have been built without.
  const search = `journalctl -b -q -o cat -t ignition | grep -F ${configDigest} || :`;
  if (configDigest) script.push(search);
  const { status, stdout, stderr } = await guest.sh(script.join('\n'), { sudo: true });
  if (status !== 0) throw notPristine(machine, `the check ended with ${status}: ${stderr.trim()}`);
  const [bootId = '', uuid = '', ...ignition] = stdout.split('\n');
  if (order.bootId !== undefined && bootId.replaceAll('-', '') !== order.bootId) {
    throw notPristine(machine, 'its memory is not that of its template');
  }
  requireUndrawn(uuid, machine);
  if (configDigest === undefined || ignition.some((line) => line.includes(configDigest))) return;
  const why = `Ignition's journal does not have the config it was given, ${configDigest}`;
  throw notPristine(machine, why);
}

/** Nobody has written to what the fork lies over. Throws FORK_NOT_PRISTINE (infrastructure). */
export async function proveUntouched(template: Template, machine: string): Promise<void> {
  const name = await firstTouched(template);
  if (name === undefined) return;
  throw notPristine(machine, `${join(template.directory, name)} was written to`);
}

function requireUndrawn(uuid: string, machine: string): void {
  if (uuid === '' || drawn.has(uuid)) throw sameNumbers(machine);
  drawn.add(uuid);
}

function sameNumbers(machine: string): InfrastructureError {
  return notPristine(machine, 'its random numbers are those of another machine');
}

/** A guest that nobody told the time while it was held still has its template's. */
export async function setClock(guest: Guest): Promise<void> {
  await guest.output(['date', '-s', `@${(Date.now() / 1000).toFixed(3)}`], { sudo: true });
}

/** For any check that fails: the template and the fork are thrown away. */
export function notPristine(machine: string, why: string): InfrastructureError {
  const message = `${machine} is not a pristine fork: ${why}`;
  return new InfrastructureError('FORK_NOT_PRISTINE', message, { phase: 'qemu', machine });
}
