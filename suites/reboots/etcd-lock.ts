/**
 * One reboot at a time, by a lock in a real etcd.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { unit } from '../support/provision.js';
import { rebootsUnwatched } from '../support/reboots.js';
import {
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

const extension = '/var/lib/extensions/flatcar-etcd.raw';

const etcd = unit(
  'etcd.service',
  `[Unit]
Description=etcd
ConditionPathExists=/usr/bin/etcd
After=systemd-sysext.service

[Service]
Type=notify
Environment=ETCD_DATA_DIR=/var/lib/etcd
ExecStart=/usr/bin/etcd
Restart=on-failure

[Install]
WantedBy=multi-user.target
`,
);

async function locksmith(machine: Machine, ...words: readonly string[]): Promise<string> {
  return await machine.output(['locksmithctl', ...words], { sudo: true });
}

export default defineSuite({
  id: 'reboots/etcd-lock',
  summary:
    'With the strategy etcd-lock a machine reboots when it gets the lock, and gives it back.',
  claims: ['F10'],
  tags: ['update', 'reboots'],
  applies: { needs: [...updateNeeds, 'locksmith', 'release:next', 'extra:etcd'] },
  topology: updatable({ systemd: { units: [etcd] } }),
  limits: { runMs: 900_000 },
  async run(context) {
    const machine = context.machine();
    const release = context.release('next');
    await context.step('etcd serves', async () => {
      await machine.upload(context.extra('etcd').path, extension, { timeoutMs: 180_000 });
      await machine.output(['systemd-sysext', 'refresh'], { sudo: true });
      await machine.output(['systemctl', 'start', 'etcd.service'], { sudo: true });
      await machine.waitForUnit('etcd.service', 'active');
    });
    await context.step('another machine holds the lock', async () => {
      await locksmith(machine, 'lock', 'somebody-else');
      check.includes(await locksmith(machine, 'status'), 'somebody-else', 'locksmithctl status');
      await configureUpdates(machine, { REBOOT_STRATEGY: 'etcd-lock' });
      await machine.output(['systemctl', 'restart', 'locksmithd'], { sudo: true });
      await installUpdate(machine, release);
      const said = `journalctl -b -u locksmithd -f -n all | grep -m 1 'Waiting for the reboot lock'`;
      const result = await machine.sh(said, { sudo: true, timeoutMs: 60_000 });
      check.succeeds(result, 'waiting for the reboot manager to say so');
    });
    await context.step('when it is free, the machine reboots', async () => {
      await locksmith(machine, 'unlock', 'somebody-else');
      await rebootsUnwatched(machine);
      await mustRun(machine, 'b', release);
    });
    await context.step('and the lock is free again', async () => {
      await machine.waitForUnit('etcd.service', 'active', { timeoutMs: 120_000 });
      const said = `journalctl -b -u locksmithd -f -n all | grep -m 1 'reboot lock was given back'`;
      const result = await machine.sh(said, { sudo: true, timeoutMs: 120_000 });
      check.succeeds(result, 'waiting for the lock to be given back');
      check.matches(await locksmith(machine, 'status'), /Available: 1/, 'locksmithctl status');
    });
  },
});
