/**
 * What does not fit is not merged.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { makeExtension, mergedExtensions } from '../support/extensions.js';
import { osRelease } from '../support/os-release.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'sysext/wrong-id-refused',
  summary: 'An extension for another system, release or machine is refused, and the others stay.',
  claims: ['X07'],
  tags: ['sysext'],
  applies: { needs: ['sysext', 'docker'] },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const before = await mergedExtensions(machine);
    const isArm = (await machine.output(['uname', '-m'])) === 'aarch64';
    const strangers = {
      'another system': { ID: 'other' },
      'another level': { ID: (await osRelease(machine)).get('ID') ?? '', SYSEXT_LEVEL: '99' },
      'another architecture': { ARCHITECTURE: isArm ? 'x86-64' : 'arm64' },
    };
    for (const [what, fields] of Object.entries(strangers)) {
      await context.step(`one for ${what}`, async () => {
        await makeExtension(machine, 'stranger', { fields, files: { 'share/stranger': 'here' } });
        await machine.exec(['systemd-sysext', 'refresh'], { sudo: true });
        check.equal(await mergedExtensions(machine), before, 'merged extensions');
        check.fails(await machine.exec(['test', '-e', '/usr/share/stranger']), 'its file in /usr');
      });
    }
    await context.step('one that fits', async () => {
      await makeExtension(machine, 'stranger', { files: { 'share/stranger': 'here' } });
      await machine.output(['systemd-sysext', 'refresh'], { sudo: true });
      check.equal(await machine.readFile('/usr/share/stranger'), 'here', 'its file in /usr');
    });
  },
});
