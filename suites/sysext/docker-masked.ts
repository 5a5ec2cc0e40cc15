/**
 * docker is an extension of its own: masking it takes nothing else away.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { mergedExtensions } from '../support/extensions.js';
import { settled } from '../support/running.js';

const mask = { path: '/etc/extensions/docker-flatcar.raw', target: '/dev/null', overwrite: true };

export default defineSuite({
  id: 'sysext/docker-masked',
  summary: 'Masking the docker extension removes docker, and containerd stays and works.',
  claims: ['X03'],
  tags: ['sysext', 'first-boot'],
  applies: { needs: ['sysext', 'docker', 'containerd'] },
  topology: singleMachine({
    provisioning: { kind: 'ignition', config: { storage: { links: [mask] } } },
  }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('docker is not there', async () => {
      check.fails(await main.sh('command -v docker'), 'looking for docker');
      check.equal((await main.unit('docker.socket')).loadState, 'not-found', 'docker.socket');
      check.excludes(
        (await mergedExtensions(main)).join(' '),
        'docker-flatcar',
        'merged extensions',
      );
    });
    await step('containerd is, and answers', async () => {
      await main.waitForUnit('containerd.service', 'active');
      const version = await main.output(['ctr', 'version'], { sudo: true });
      check.matches(version, /^Server:/m, 'ctr version');
    });
  },
});
