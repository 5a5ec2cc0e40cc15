/**
 * The running dm-verity target of /usr and its parameters.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { commandLine } from '../support/cmdline.js';
import { settled } from '../support/running.js';
import { verityTable } from '../support/verity.js';

const bytesPerSector = 512;

/** Blocks of a Flatcar /usr, all generations. Source: flatcar/scripts, disk_layout.json `fs_blocks`. */
const flatcarBlocks = 260_094;

export default defineSuite({
  id: 'verity/table-active',
  summary: '/usr is verified block by block while it is read, and corruption stops the machine.',
  claims: ['V04', 'V05', 'F22'],
  tags: ['verity', 'security', 'smoke'],
  applies: { needs: ['verity'] },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await context.step('there is one verity target for /usr, and it is valid', async () => {
      const tables = await machine.output(['dmsetup', 'table'], { sudo: true });
      const ofUsr = tables.split('\n').filter((line) => /^usr: \d+ \d+ verity /.test(line));
      check.equal(ofUsr.length, 1, `number of verity targets of usr in ${tables}`);
      const status = await machine.output(['dmsetup', 'status', 'usr'], { sudo: true });
      check.matches(status, /^0 \d+ verity V$/, 'dmsetup status usr');
    });
    const table = await verityTable(machine);
    await context.step('it verifies all of /usr with the documented parameters', async () => {
      check.equal(table.algorithm, 'sha256', 'hash algorithm');
      check.equal([table.dataBlockBytes, table.hashBlockBytes], [4096, 4096], 'block sizes');
      const bytes = table.dataBlocks * table.dataBlockBytes;
      check.equal(bytes, table.sectors * bytesPerSector, 'bytes of data that are verified');
      if (machine.image.osId === 'flatcar') {
        check.equal(table.dataBlocks, flatcarBlocks, 'number of data blocks');
      }
    });
    await context.step('it is bound to the hash that was booted, and strict', async () => {
      const { value } = await commandLine(machine);
      check.equal(table.rootHash, value('verity.usrhash') ?? '', 'root hash of the table');
      check.includes(table.options, 'panic_on_corruption', 'options of the table');
    });
  },
});
