/**
 * The root file system: what it is, and that it has grown over the whole disk.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

async function root(machine: Machine, column: string): Promise<string> {
  return await machine.output(['findmnt', '-no', column, '/']);
}

export default defineSuite({
  id: 'storage/root-filesystem',
  summary: 'ROOT is ext4, writable, fills its partition, and OEM is mounted beside it.',
  claims: ['S04', 'S05'],
  tags: ['storage'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('/ is the file system ROOT', async () => {
      check.equal(await root(main, 'LABEL'), 'ROOT', 'label of /');
      check.equal(await root(main, 'FSTYPE'), 'ext4', 'type of /');
      check.matches(await root(main, 'OPTIONS'), /^rw,/, 'options of /');
    });
    await step('it is as large as its partition', async () => {
      const device = await root(main, 'SOURCE');
      const partition = Number(
        await main.output(['blockdev', '--getsize64', device], { sudo: true }),
      );
      const dump = await main.output(['dumpe2fs', '-h', device], { sudo: true });
      const number = (name: string) =>
        Number(check.matches(dump, new RegExp(`^${name}:\\s+(\\d+)`, 'm'), 'superblock')[1]);
      const size = number('Block count') * number('Block size');
      check.ok(partition - size < 2 ** 20, 'ROOT fills its partition', { partition, size });
    });
    await step('/oem is the file system OEM', async () => {
      await main.output(['ls', '/oem']);
      const oem = await main.output(['findmnt', '-no', 'LABEL,FSTYPE', '/oem']);
      check.equal(oem.replace(/\s+/, ' '), 'OEM btrfs', 'file system at /oem');
    });
  },
});
