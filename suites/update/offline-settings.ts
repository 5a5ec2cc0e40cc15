/**
 * What flatcar-update leaves behind when nothing comes of it.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { installMs, updatable, updateConf, updateNeeds, updateStatus } from '../support/updates.js';

/** Whoever may not read the password must not read it later. */
const settings = `# of the machines in the harbour
GROUP="alpha"
SERVER=disabled
REBOOT_STRATEGY='off'
DOWNLOAD_PASSWORD=secret
`;

/** Lines, mode and owner of update.conf; a line that was there before may have moved. */
async function kept(machine: Machine): Promise<string> {
  const script = `sort ${updateConf}; stat -c '%a %U' ${updateConf}`;
  return check.succeeds(await machine.sh(script, { sudo: true }), updateConf);
}

export default defineSuite({
  id: 'update/offline-settings',
  summary: 'flatcar-update that fails, or is ended, leaves each line of update.conf as it was.',
  claims: ['A47'],
  tags: ['update', 'faults'],
  applies: { needs: [...updateNeeds, 'flatcar-update-restores', 'release:next'] },
  topology: updatable(),
  limits: { runMs: 900_000 },
  async run(context) {
    const machine = context.machine();
    await machine.writeFile(updateConf, settings, { mode: '0600' });
    const before = await kept(machine);
    await context.step('it fails', async () => {
      await machine.writeFile('/var/tmp/none', 'CrAU and nothing else\n');
      const argv = ['flatcar-update', '-V', '99999.0.0', '-P', '/var/tmp/none'] as const;
      check.fails(await machine.exec(argv, { sudo: true, timeoutMs: installMs }), 'flatcar-update');
      check.equal(await kept(machine), before, updateConf);
    });
    await context.step('it is ended in the middle', async () => {
      const { version, payload } = context.release('next');
      await machine.upload(payload.path, '/var/tmp/payload', { timeoutMs: 600_000 });
      const copy = `cp ${updateConf} /run/before`;
      // It ends with 1, as it should: no unit has failed.
      const unit = 'systemd-run --unit=offline --property=SuccessExitStatus=1';
      const run = `${unit} flatcar-update -V ${version} -P /var/tmp/payload`;
      const until = `until ! cmp -s /run/before ${updateConf}; do sleep 0.05; done`;
      const end = 'systemctl kill --signal=INT offline.service';
      const gone = 'while systemctl is-active -q offline.service; do sleep 0.1; done';
      const script = [copy, run, until, end, gone].join('\n');
      check.succeeds(await machine.sh(script, { sudo: true, timeoutMs: installMs }), 'ending it');
      check.equal(await kept(machine), before, updateConf);
      const { state } = await updateStatus(machine);
      check.ok(state !== 'UPDATED_NEED_REBOOT', 'the update came to nothing', state);
    });
  },
});
