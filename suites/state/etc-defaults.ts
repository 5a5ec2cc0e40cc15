/**
 * /etc is the image's defaults below the user's changes, and both stay what they are.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

export default defineSuite({
  id: 'state/etc-defaults',
  summary: 'A default of /etc that was removed stays removed, one that tmpfiles owns comes back.',
  claims: ['V19', 'V20'],
  tags: ['state'],
  topology: singleMachine(),
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('remove two defaults', async () => {
      await main.output(['rm', '/etc/kexec.conf', '/etc/resolv.conf'], { sudo: true });
      await main.output(['sync']);
      await main.reboot();
    });
    await step('the removed one stays removed', async () => {
      check.fails(await main.exec(['test', '-e', '/etc/kexec.conf']), '/etc/kexec.conf exists');
    });
    await step('the one that tmpfiles owns is back as a link', async () => {
      const target = await main.output(['readlink', '-f', '/etc/resolv.conf']);
      check.equal(target, '/run/systemd/resolve/resolv.conf', 'target of /etc/resolv.conf');
    });
    await step('it is the default itself and not a copy', async () => {
      // Without what lies over it, /etc has the files that are the machine's own (kola, misc/state.go).
      const script = 'umount --lazy /etc; test -e /etc/machine-id; test ! -L /etc/resolv.conf';
      const own = await main.exec(['unshare', '--mount', 'sh', '-euc', script], { sudo: true });
      check.succeeds(own, 'looking for /etc/resolv.conf below the defaults');
    });
  },
});
