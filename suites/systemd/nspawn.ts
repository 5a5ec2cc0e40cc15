/**
 * A container by systemd's own means, from a directory of the machine.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { placeBusybox } from '../support/docker.js';
import { settled } from '../support/running.js';

const root = '/var/lib/machines/cabin';

export default defineSuite({
  id: 'systemd/nspawn',
  summary: 'systemd-nspawn runs a program in a tree of its own.',
  claims: ['D13'],
  tags: ['systemd', 'containers'],
  applies: { needs: ['extra:busybox'] },
  topology: singleMachine(),
  async run({ machine, extra, step }) {
    const main = machine();
    await settled(main);
    await step('a tree with one program', async () => {
      const script = `mkdir -p ${root}/etc ${root}/usr ${root}/proc ${root}/sys ${root}/dev
        echo ID=cabin > ${root}/etc/os-release`;
      check.succeeds(await main.sh(script, { sudo: true }), 'making the tree');
      await placeBusybox({ extra }, main, `${root}/bin/sh`);
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
