/**
 * Corruption that is found at boot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { consoleTells, returnMs } from '../support/roll-back.js';
import { settled } from '../support/running.js';
import { slotFlags } from '../support/slots.js';
import {
  configureUpdates,
  installUpdate,
  runningSystem,
  updatable,
  updateNeeds,
} from '../support/updates.js';

const reason = 'the suite corrupts a slot on purpose';

export default defineSuite({
  id: 'verity/corrupt-block-at-boot',
  summary: 'A slot one block of which changed does not boot: the machine takes the other.',
  claims: ['A14'],
  tags: ['verity', 'update', 'rollback', 'slow'],
  applies: { needs: [...updateNeeds, 'verity', 'release:next'] },
  topology: updatable(),
  limits: { runMs: 900_000 },
  expects: [
    { pattern: 'kernel-panic', reason },
    { pattern: 'verity-corruption', reason },
    { pattern: 'block-error', reason },
    { pattern: 'filesystem-error', reason },
    { pattern: 'slot-refused', reason },
    { pattern: 'emergency-mode', reason },
    { pattern: 'unit-failed', reason },
    { pattern: 'dependency-failed', reason },
  ],
  async run(context) {
    const machine = context.machine();
    const before = await runningSystem(machine);
    await configureUpdates(machine);
    await installUpdate(machine, context.release('next'));
    await context.step('one block of the new slot changes', async () => {
      const change =
        'head -c 4096 /dev/urandom | dd of=/dev/disk/by-partlabel/USR-B bs=4096 seek=0 conv=notrunc,fsync status=none';
      check.succeeds(await machine.sh(change, { sudo: true }), 'changing the first block of USR-B');
    });
    await context.step('the machine comes back in the old slot', async () => {
      const from = machine.console.lines().length;
      await machine.reboot({ timeoutMs: returnMs });
      await settled(machine);
      // A slot without verity would not boot either: the block is that of the file system's head.
      consoleTells(machine, { from, cause: /verity.*corrupt/i });
      check.equal(await runningSystem(machine), before, 'the running system');
      const { tries, successful } = await slotFlags(machine, 'b');
      check.equal([tries, successful], [0, 0], 'tries and success of USR-B');
    });
  },
});
