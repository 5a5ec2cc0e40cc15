/**
 * Defaults of /etc that nobody changed belong to the release: they are not copied, and a copy that is
 * no different goes away again.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

/** Whether the machine's own layer of /etc has the file, below which the defaults are. */
async function isOwn(machine: Machine, path: string): Promise<boolean> {
  const script = `umount --lazy /etc; test -e /etc/machine-id; test -e ${path}`;
  const argv = ['unshare', '--mount', 'sh', '-uc', script] as const;
  return (await machine.exec(argv, { sudo: true })).status === 0;
}

const untouched = '/etc/login.defs';
const copied = '/etc/protocols';

export default defineSuite({
  id: 'state/unchanged-defaults',
  summary: 'A default of /etc is the release’s own until it is changed; a mere copy is removed.',
  claims: ['V18', 'V21'],
  tags: ['state'],
  topology: singleMachine(),
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('what nobody changed is not copied', async () => {
      await main.output(['test', '-e', untouched]);
      check.equal(await isOwn(main, untouched), false, `a copy of ${untouched}`);
    });
    await step('a copy is a copy until the next boot', async () => {
      await main.output(['touch', copied], { sudo: true });
      check.equal(await isOwn(main, copied), true, `a copy of ${copied}`);
      await main.output(['sync']);
      await main.reboot();
    });
    await step('then it is gone, and the default is seen', async () => {
      check.equal(await isOwn(main, copied), false, `a copy of ${copied}`);
      await main.output(['cmp', copied, `/usr/share/flatcar${copied}`]);
    });
  },
});
