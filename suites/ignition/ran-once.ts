/**
 * Ignition is for the first boot: what it wrote may be changed or deleted, and stays so.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { file } from '../support/provision.js';
import { rebootLimits, settled } from '../support/running.js';

const path = '/etc/written-once';

async function ignitionLines(machine: Machine, boot: number): Promise<number> {
  const entries = await machine.journal({ identifier: 'ignition', boot });
  return entries.length;
}

export default defineSuite({
  id: 'ignition/ran-once',
  summary: 'Ignition runs in the first boot only; what is deleted later does not come back.',
  claims: ['I05', 'B09'],
  tags: ['ignition', 'reboot'],
  topology: singleMachine({
    provisioning: { kind: 'ignition', config: { storage: { files: [file(path, 'once\n')] } } },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run(context) {
    const machine = context.machine();
    await context.step('the file is there and is deleted', async () => {
      await settled(machine);
      check.equal(await machine.readFile(path), 'once\n', path);
      await machine.output(['rm', path], { sudo: true });
    });
    await context.step('the flag of the first boot is consumed', async () => {
      const flag = ['test', '-e', '/boot/flatcar/first_boot'] as const;
      const { status } = await machine.exec(flag, { sudo: true });
      check.equal(status, 1, `status of ${flag.join(' ')}`);
    });
    await context.step('after a reboot it is still gone', async () => {
      await machine.reboot();
      check.equal(
        (await machine.exec(['test', '-e', path])).status,
        1,
        `status of test -e ${path}`,
      );
    });
    await context.step(
      'Ignition spoke in the first boot and was silent in the second',
      async () => {
        const lines = await ignitionLines(machine, -1);
        check.ok(lines > 0, "the first boot's journal has lines of Ignition", lines);
        check.equal(await ignitionLines(machine, 0), 0, "lines of Ignition in the second boot's");
      },
    );
  },
});
