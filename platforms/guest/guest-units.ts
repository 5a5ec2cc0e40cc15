/**
 * systemd units of a guest as `systemctl` tells of them.
 */

import { abortable, scaleLimit, withDeadline } from '../../harness/base/deadline.js';
import { ProductError } from '../../harness/base/errors.js';
import { poll } from '../../harness/base/poll.js';
import type { UnitState } from '../../harness/model/machine.js';
import type { SshGuest } from './ssh-guest.js';

const properties = 'Id,LoadState,ActiveState,SubState,UnitFileState,Result';

/** The unit's state; one that does not exist has the load state `not-found`. */
export async function readUnit(guest: SshGuest, name: string): Promise<UnitState> {
  const argv = ['systemctl', 'show', '--no-pager', `--property=${properties}`, '--', name] as const;
  return parseUnit(name, await guest.checked(argv, {}));
}

/** Reads `Key=value` lines of `systemctl show`. A property that is absent is an empty string. */
export function parseUnit(name: string, text: string): UnitState {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 1));
  }
  const value = (key: string) => values.get(key) ?? '';
  return {
    name: value('Id') || name,
    loadState: value('LoadState'),
    activeState: value('ActiveState'),
    subState: value('SubState'),
    unitFileState: value('UnitFileState'),
    result: value('Result'),
  };
}

/**
 * Looks at the unit until it is in `activeState`. Throws UNIT_FAILED as soon as it has failed, with
 * its last journal lines, and UNIT_TIMEOUT with the last state seen; default limit 60 s.
 */
export async function waitForUnit(
  guest: SshGuest,
  wanted: {
    readonly name: string;
    readonly activeState: string;
    readonly timeoutMs?: number;
  },
): Promise<UnitState> {
  const { name, activeState, timeoutMs = 60_000 } = wanted;
  const limitMs = scaleLimit(timeoutMs, guest.slowness);
  let last: UnitState | undefined;
  const late = () => unitTimeout({ name, activeState, limitMs }, last);
  using deadline = withDeadline(guest.signal, limitMs, late);
  const probe = async () => {
    last = await readUnit(guest, name);
    if (last.activeState === activeState) return last;
    if (last.activeState === 'failed') throw await unitFailed(guest, last);
    return undefined;
  };
  const reached = poll(probe, { signal: deadline.signal, intervalMs: 250 });
  return await abortable(reached, deadline.signal);
}

/** The names of all failed units. */
export async function failedUnits(guest: SshGuest): Promise<readonly string[]> {
  const options = ['--failed', '--all', '--plain', '--full', '--no-legend', '--no-pager'] as const;
  const text = await guest.checked(['systemctl', 'list-units', ...options], {});
  return text.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || []);
}

async function unitFailed(guest: SshGuest, unit: UnitState): Promise<ProductError> {
  const options = ['--no-pager', '--boot=0', '--lines=5', '--output=cat', '-u'] as const;
  const journal = await guest.command(['journalctl', ...options, unit.name], { sudo: true });
  const said = journal.stdout.trim().replaceAll('\n', ' | ') || 'its journal is empty';
  const message = `unit ${unit.name} failed (result ${unit.result}): ${said}`;
  return new ProductError('UNIT_FAILED', message, { phase: 'suite', evidence: said });
}

function unitTimeout(
  wanted: { readonly name: string; readonly activeState: string; readonly limitMs: number },
  last: UnitState | undefined,
): ProductError {
  const what = `unit ${wanted.name} was not ${wanted.activeState} within ${wanted.limitMs} ms`;
  const seen = last
    ? `${last.activeState} (${last.subState}), load state ${last.loadState}, result ${last.result}`
    : 'nothing';
  const details = { phase: 'suite', waitedMs: wanted.limitMs } as const;
  return new ProductError('UNIT_TIMEOUT', `${what}; last seen: ${seen}`, details);
}
