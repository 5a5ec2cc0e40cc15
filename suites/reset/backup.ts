/**
 * A reset that keeps a copy of what it deletes, and leaves alone what is not on the root file system.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { checkRunning, rebootLimits, settled } from '../support/running.js';
import { updatable, updateNeeds, updateStatus } from '../support/updates.js';

/** The partitions with slots and attributes, and the files of OEM and ESP but for what a boot writes. */
async function elsewhere(machine: Machine): Promise<string> {
  const script = `disk=/dev/$(lsblk -ndo PKNAME "$(findmnt -nvo SOURCE /)")
    sfdisk --dump "$disk" | grep -v '^device'
    cat /oem/marker
    cd /boot; find . -type f ! -name first_boot -exec sha256sum {} + | sort -k 2`;
  return check.succeeds(await machine.sh(script, { sudo: true }), 'reading the other partitions');
}

export default defineSuite({
  id: 'reset/backup',
  summary: 'A reset with a backup has copies of what it deleted; OEM, slots and ESP stay.',
  claims: ['T06', 'T10'],
  tags: ['reset', 'slots', 'oem', 'reboot'],
  applies: { needs: ['flatcar-reset', 'verity', ...updateNeeds] },
  topology: updatable(),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await main.writeFile('/oem/marker', 'of the OEM partition\n');
    await main.writeFile('/var/lost', 'lost and found\n');
    const before = await elsewhere(main);
    await step('a reset with a backup', async () => {
      const keep = ['--keep-paths', '/etc/ssh/ssh_host_.*'] as const;
      const argv = ['flatcar-reset', '--stage-only', '--backup-root-fs', ...keep] as const;
      await main.output(argv, { sudo: true });
      await main.reboot();
      await checkRunning(main);
    });
    await step('the file is gone, and in the backup', async () => {
      check.fails(await main.exec(['test', '-e', '/var/lost']), 'looking for /var/lost');
      const found = await main.sh('cat /flatcar-backup/*/var/lost', { sudo: true });
      check.equal(check.succeeds(found, 'reading the backup'), 'lost and found', 'the copy');
    });
    await step('the other partitions are as they were', async () => {
      check.equal(await elsewhere(main), before, 'partitions, OEM and ESP');
    });
    await step('/usr verifies, and the update engine is ready for the next release', async () => {
      const status = await main.output(['dmsetup', 'status', 'usr'], { sudo: true });
      check.matches(status, / verity V$/, 'dmsetup status usr');
      await main.waitForUnit('update-engine.service', 'active', { timeoutMs: 120_000 });
      check.equal((await updateStatus(main)).state, 'IDLE', 'state of the update engine');
    });
  },
});
