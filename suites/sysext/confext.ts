/**
 * Extensions of /etc.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'sysext/confext',
  summary: 'A configuration extension adds to /etc, and is gone with it.',
  claims: ['X22'],
  tags: ['sysext'],
  applies: { needs: ['sysext'] },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const tree = '/var/lib/confexts/settings';
    const script = `mkdir -p ${tree}/etc/extension-release.d
printf 'ID=_any\\n' > ${tree}/etc/extension-release.d/extension-release.settings
echo yes > ${tree}/etc/came-with-confext`;
    check.succeeds(await machine.sh(script, { sudo: true }), 'making the extension');
    await context.step('merged', async () => {
      await machine.output(['systemd-confext', 'refresh'], { sudo: true });
      check.equal(await machine.readFile('/etc/came-with-confext'), 'yes\n', 'its file in /etc');
    });
    await context.step('what was in /etc is still there', async () => {
      check.matches(await machine.readFile('/etc/machine-id'), /^[0-9a-f]{32}$/m, 'machine id');
    });
    await context.step('gone with its files', async () => {
      // Not by unmerging all: where /etc itself is an extension, that would go as well.
      await machine.output(['rm', '-r', tree], { sudo: true });
      await machine.output(['systemd-confext', 'refresh'], { sudo: true });
      check.fails(await machine.exec(['test', '-e', '/etc/came-with-confext']), 'its file');
      const touch = ['touch', '/etc/writable-again'] as const;
      check.succeeds(await machine.exec(touch, { sudo: true }), 'writing to /etc');
    });
  },
});
