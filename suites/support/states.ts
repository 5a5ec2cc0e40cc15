/**
 * The states that the update engine goes through, as it tells them on the bus.
 */

import type { Machine } from '../../harness/model/machine.js';
import { check } from './check.js';
import type { UpdateState } from './updates.js';

const unit = 'watch-updates.service';
const log = '/var/tmp/states';

/** From now on each change of the engine's status goes to a file; once for each machine. */
export async function watchStates(machine: Machine): Promise<void> {
  const write = ['-p', `StandardOutput=truncate:${log}`, '-p', `StandardError=append:${log}`];
  const watch = ['/usr/bin/update_engine_client', '-watch_for_updates'];
  const argv = ['systemd-run', '--quiet', '--unit', unit, ...write, ...watch] as const;
  await machine.output(argv, { sudo: true });
  const begun = `until grep -q 'Watching for status updates' ${log}; do sleep 0.1; done`;
  check.succeeds(await machine.sh(begun), 'the client watches');
}

/** What was told up to a state; `progress` holds fractions, of the download alone. */
export interface SeenStates {
  readonly states: readonly string[];
  readonly progress: readonly number[];
}

/**
 * Waits for a state. Each state is there once for as long as it lasted. Source of the words:
 * flatcar/update_engine, update_engine_client.cc.
 */
export async function seenStates(machine: Machine, last: UpdateState): Promise<SeenStates> {
  const come = `until grep -q 'UPDATE_STATUS_${last}' ${log}; do sleep 0.1; done; cat ${log}`;
  const text = check.succeeds(await machine.sh(come), `what the client saw up to ${last}`);
  const told = [...text.matchAll(/progress: ([\d.]+)\s+current_operation: UPDATE_STATUS_(\w+)/g)];
  const states = told.map(([, , state = '']) => state);
  const progress = told.flatMap(([, at, state]) => (state === 'DOWNLOADING' ? [Number(at)] : []));
  return { states: states.filter((state, index) => state !== states[index - 1]), progress };
}
