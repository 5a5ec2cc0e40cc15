/**
 * A container by systemd's own means, from a directory of the machine.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const root = '/var/lib/machines/cabin';

export default defineSuite({
  id: 'systemd/nspawn',
  summary: 'systemd-nspawn runs a program in a tree of its own.',
  claims: ['D13'],
  tags: ['systemd', 'containers'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('a tree with one program', async () => {
      const script = `mkdir -p ${root}/bin ${root}/etc ${root}/usr ${root}/proc ${root}/sys ${root}/dev
        cp /usr/bin/busybox ${root}/bin/sh
        echo ID=cabin > ${root}/etc/os-release`;
      check.succeeds(await main.sh(script, { sudo: true }), 'making the tree');
    });
    await step('the program runs, and sees its own tree only', async () => {
      const inside = 'read id < /etc/os-release; echo "$id $$"; [ ! -e /etc/flatcar ]';
      const argv = [
        'systemd-nspawn',
        '--quiet',
        '--pipe',
        '-D',
        root,
        '/bin/sh',
        '-c',
        inside,
      ] as const;
      check.equal(await main.output(argv, { sudo: true }), 'ID=cabin 1', 'output of the program');
    });
  },
});
