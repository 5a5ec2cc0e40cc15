/**
 * Ignition's trail in the journal, from the initrd into the running system.
 */

import type { JournalEntry } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

/**
 * The stages that ended well. Each says `Stage: NAME` first and `Ignition finished successfully`
 * last; they run one after the other. Source: coreos/ignition, internal/main.go.
 */
function finishedStages(entries: readonly JournalEntry[]): ReadonlySet<string> {
  const finished = new Set<string>();
  let current = '';
  for (const { message } of entries) {
    current = /\bStage: (\S+)/.exec(message)?.[1] ?? current;
    if (message.includes('Ignition finished successfully')) finished.add(current);
  }
  return finished;
}

export default defineSuite({
  id: 'ignition/stages-logged',
  summary: 'The journal of the first boot shows that each of the stages of Ignition succeeded.',
  claims: ['I49'],
  tags: ['ignition', 'journal'],
  topology: singleMachine(),
  start: 'first-boot',
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const stages = finishedStages(await machine.journal({ identifier: 'ignition' }));
    const seen = [...stages];
    // A config that needs no network is already fetched by the offline stage.
    const fetched = stages.has('fetch') || stages.has('fetch-offline');
    check.ok(fetched, 'the stage fetch or fetch-offline finished successfully', seen);
    for (const stage of ['disks', 'mount', 'files']) {
      check.includes(seen, stage, 'stages that finished successfully');
    }
  },
});
