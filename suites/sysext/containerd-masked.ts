/**
 * docker stands on containerd: without that, both are out of use.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { mergedExtensions } from '../support/extensions.js';
import { settled } from '../support/running.js';

const mask = {
  path: '/etc/extensions/containerd-flatcar.raw',
  target: '/dev/null',
  overwrite: true,
};

const reason = 'docker is asked to start without containerd';

export default defineSuite({
  id: 'sysext/containerd-masked',
  summary:
    'Masking the containerd extension alone leaves neither containerd nor a docker that works.',
  claims: ['X04'],
  tags: ['sysext', 'first-boot'],
  applies: { needs: ['sysext', 'docker', 'containerd'] },
  topology: singleMachine({
    provisioning: { kind: 'ignition', config: { storage: { links: [mask] } } },
  }),
  start: 'first-boot',
  expects: [
    { pattern: 'unit-failed', reason },
    { pattern: 'unit-result', reason },
    { pattern: 'dependency-failed', reason },
    { pattern: 'restart-limit', reason },
  ],
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('containerd is not there', async () => {
      for (const program of ['containerd', 'ctr', 'runc']) {
        check.fails(await main.sh(`command -v ${program}`), `looking for ${program}`);
      }
      check.equal((await main.unit('containerd.service')).loadState, 'not-found', 'containerd');
      const merged = await mergedExtensions(main);
      check.excludes(merged.join(' '), 'containerd-flatcar', 'merged extensions');
      check.includes(merged, 'docker-flatcar', 'merged extensions, which nobody else masked');
    });
    await step('docker has no server that answers', async () => {
      // The socket is systemd's, and takes the question: whoever asks may wait for ever.
      const asked = await main.exec(['timeout', '45', 'docker', 'version'], { sudo: true });
      check.fails(asked, 'docker version');
      check.excludes(asked.stdout, 'Server:', 'docker version');
      const { activeState } = await main.unit('docker.service');
      check.differs(activeState, 'active', 'docker.service');
    });
  },
});
