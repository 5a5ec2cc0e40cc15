/**
 * A partition table of which one copy is damaged, as a power cut in the middle of a write leaves it.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';
import { bootedSlot, slotFlags, systemDisk } from '../support/slots.js';

/** What is written over, in sectors of 512 bytes; the shell knows the disk's size as `end`. */
const damages = [
  { what: 'the header of the primary table', seek: '1', sectors: 1 },
  { what: 'the entries of the primary table', seek: '4', sectors: 4 },
  { what: 'the header of the backup', seek: '$((end - 1))', sectors: 1 },
] as const;

type Damage = (typeof damages)[number];

/** The power fails at once, so that nothing in the running system writes the table anew. */
async function damage(machine: Machine, { what, seek, sectors }: Damage): Promise<void> {
  const disk = await systemDisk(machine);
  const script = `end=$(blockdev --getsz ${disk})
dd if=/dev/zero of=${disk} bs=512 seek=${seek} count=${sectors} conv=notrunc,fsync status=none`;
  check.succeeds(await machine.sh(script, { sudo: true }), `writing over ${what}`);
  await machine.cutPower();
}

/** What is in the table; numbers, places, types, names and attributes of partitions. */
async function tableOf(machine: Machine): Promise<string> {
  return await machine.output(['sfdisk', '--dump', await systemDisk(machine)], { sudo: true });
}

export default defineSuite({
  id: 'slots/damaged-table',
  summary:
    'A machine boots by the copy of its partition table that is left, and repairs the other.',
  claims: ['B12'],
  tags: ['slots', 'boot', 'power', 'slow'],
  applies: { needs: ['ab-slots', 'gpt-priorities'] },
  topology: singleMachine(),
  start: 'cold',
  limits: { runMs: 600_000 },
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const state = async () => ({
      slot: await bootedSlot(machine),
      flags: await slotFlags(machine, 'a'),
      table: await tableOf(machine),
    });
    const before = await state();
    for (const one of damages) {
      await context.step(`${one.what} is lost`, async () => {
        await damage(machine, one);
        await machine.start();
        await settled(machine);
        check.equal(await state(), before, 'the slot, its attributes, the partitions');
        const disk = await systemDisk(machine);
        const verdict = await machine.output(['sgdisk', '-v', disk], { sudo: true });
        check.includes(verdict, 'No problems found', `sgdisk -v ${disk}`);
      });
    }
  },
});
