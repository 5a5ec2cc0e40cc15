/**
 * Corruption at run time.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';
import { verityTable } from '../support/verity.js';

const reason = 'the suite corrupts a block on purpose';

export default defineSuite({
  id: 'verity/corrupt-block-on-read',
  summary:
    'A block of /usr that changed below dm-verity is never handed out: reading it stops the system.',
  claims: ['V08'],
  tags: ['verity', 'security', 'reboot'],
  applies: { needs: ['verity'] },
  topology: singleMachine(),
  expects: [
    { pattern: 'kernel-panic', reason },
    { pattern: 'verity-corruption', reason },
    { pattern: 'block-error', reason },
    { pattern: 'filesystem-error', reason },
  ],
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const { dataDevice, dataBlocks, dataBlockBytes } = await verityTable(machine);
    const device = await machine.output(['realpath', `/dev/block/${dataDevice}`]);
    // The last block that dm-verity covers is beyond the file system's own, and nothing else reads it.
    const block = dataBlocks - 1;
    await context.step('it verifies as long as nobody touches it', async () => {
      const read = `dd if=/dev/mapper/usr of=/dev/null bs=${dataBlockBytes} skip=${block} count=1 iflag=direct`;
      check.succeeds(await machine.sh(read, { sudo: true }), 'reading the block');
    });
    await context.step('changed below, it stops whoever reads it', async () => {
      const from = machine.console.lines().length;
      const write = `head -c ${dataBlockBytes} /dev/urandom | dd of=${device} bs=${dataBlockBytes} seek=${block} conv=notrunc oflag=direct status=none`;
      check.succeeds(await machine.sh(write, { sudo: true }), 'changing the block');
      const read = `echo 3 > /proc/sys/vm/drop_caches; dd if=/dev/mapper/usr of=/dev/null bs=${dataBlockBytes} skip=${block} count=1 iflag=direct`;
      const reading = machine.sh(read, { sudo: true, timeoutMs: 30_000 }).then(
        ({ status }) => `status ${status}`,
        () => 'no answer',
      );
      const line = await machine.console.waitFor(/Kernel panic|dm-verity.*corrupt/i, {
        timeoutMs: 30_000,
        from,
      });
      check.matches(line, /verity|panic/i, 'last words of the kernel');
      await machine.console.waitFor(/Kernel panic/, { timeoutMs: 30_000, from });
      check.differs(await reading, 'status 0', 'end of the read');
      // It would boot again, and nobody wants to know that.
      await machine.cutPower();
    });
  },
});
