/**
 * What a machine says about itself when it asks for an update.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import type { UpdateClient } from '../../harness/model/updates.js';
import { check } from '../support/check.js';
import { osRelease, parseAssignments } from '../support/os-release.js';
import { checkForUpdate, configureUpdates, updatable, updateNeeds } from '../support/updates.js';

export default defineSuite({
  id: 'update/check-request',
  summary: 'A check names the machine, its version, board, vendor and channel as they are.',
  claims: ['A03', 'A04'],
  tags: ['update'],
  applies: { needs: updateNeeds },
  topology: updatable(),
  async run(context) {
    const machine = context.machine();
    await context.step('a check that somebody asks for reaches the server', async () => {
      await configureUpdates(machine);
      await checkForUpdate(machine);
    });
    await context.step('it says who asks', async () => {
      const heard = await machine.updateServer().waitFor('a check', ({ kind }) => kind === 'check');
      const os = await osRelease(machine);
      const release = parseAssignments(await machine.readFile('/usr/share/flatcar/release'));
      if (heard.kind !== 'check') return;
      const { client } = heard;
      check.equal(client.version, os.get('VERSION_ID') ?? '', 'version');
      check.equal(client.board, os.get('FLATCAR_BOARD') ?? '', 'board');
      check.equal(client.appId, release.get('FLATCAR_RELEASE_APPID') ?? '', 'application');
      check.equal(client.track, 'alpha', 'track, which is GROUP of update.conf');
      const machineId = (await machine.readFile('/etc/machine-id')).trim();
      check.equal(client.machineId, machineId, 'machine id');
      check.equal(client.bootId, `{${await machine.bootId()}}`, 'boot id');
      check.equal(client.installSource, 'ondemandupdate', 'who asked');
      const oem = await machine.sh('cat /oem/oem-release', { sudo: true });
      const vendor = oem.status === 0 ? parseAssignments(oem.stdout).get('ID') : undefined;
      check.equal(client.oem, vendor ?? '', 'vendor of the image');
      check.ok(heard.ping, 'it says that it is there', heard);
      await mustSayWhatAsks(machine, client);
    });
  },
});

/** The constants of every request, and what may be empty but not left out: servers count on both. */
async function mustSayWhatAsks(machine: Machine, client: UpdateClient): Promise<void> {
  const architecture = await machine.output(['uname', '-m']);
  check.equal(
    client.os,
    {
      version: 'Chateau',
      platform: 'CoreOS',
      servicePack: `${client.version}_${architecture.trim()}`,
    },
    'operating system',
  );
  check.matches(client.updaterVersion ?? '', /\S/, 'updater version');
  check.equal(client.isMachine, '1', 'ismachine');
  check.equal(client.language, 'en-US', 'language');
  check.matches(client.deltaOkay ?? '', /^(true|false)$/, 'whether it takes deltas');
  const mayBeEmpty = ['hardwareClass', 'machineAlias', 'oemVersion', 'alephVersion'] as const;
  const leftOut = mayBeEmpty.filter((name) => client[name] === undefined);
  check.equal(leftOut, [], 'attributes that are left out of the request');
}
