/**
 * SELinux: permissive by default, clean when it is enforcing, with booleans that can be set.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { selinuxDisk, singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { docker } from '../support/docker.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'security/selinux',
  summary: 'SELinux is permissive, a workload runs when it enforces, and booleans can be set.',
  claims: ['Z01', 'Z02', 'Z03'],
  tags: ['security', 'selinux'],
  applies: { needs: ['selinux', 'docker'], minVersion: '4208' },
  topology: singleMachine({ boot: selinuxDisk }),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('it is permissive', async () => {
      check.equal(await main.output(['getenforce'], { sudo: true }), 'Permissive', 'getenforce');
    });
    await step('a workload is not denied anything when it enforces', async () => {
      await main.output(['setenforce', '1'], { sudo: true });
      await docker(main, 'info');
      await main.output(['systemd-run', '--wait', '--pipe', 'true'], { sudo: true });
      const kernel = await main.output(['journalctl', '-b', '-o', 'cat', '--no-pager'], {
        sudo: true,
      });
      const denials = kernel.split('\n').filter((line) => /avc:\s+denied.*permissive=0/.test(line));
      check.equal(denials, [], 'denials');
    });
    await step('a boolean can be set', async () => {
      const boolean = 'container_use_nfs';
      const read = async () => {
        const said = await main.output(['getsebool', boolean], { sudo: true });
        return check.matches(said, /--> (on|off)$/, boolean)[1] ?? '';
      };
      const before = await read();
      for (const value of [before === 'on' ? 'off' : 'on', before]) {
        await main.output(['setsebool', boolean, value], { sudo: true });
        check.equal(await read(), value, boolean);
      }
    });
  },
});
