/**
 * containerd runs from boot on and answers its client and its CRI socket.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'containers/containerd-answers',
  summary: 'containerd is active and answers ctr, with the CRI plugin loaded.',
  claims: ['R02', 'R17'],
  tags: ['containers'],
  applies: { needs: ['containerd'] },
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the service is active', async () => {
      await main.waitForUnit('containerd.service', 'active');
    });
    await step('ctr lists images', async () => {
      const images = await main.output(['ctr', 'image', 'ls'], { sudo: true });
      check.matches(images, /^REF\s+TYPE\s+DIGEST/, 'table of ctr image ls');
    });
    await step('the CRI plugin is loaded', async () => {
      const plugins = await main.output(['ctr', 'plugins', 'ls'], { sudo: true });
      check.matches(
        plugins,
        /^io\.containerd\.grpc\.v1\s+cri\s.*\bok\s*$/m,
        'plugins of containerd',
      );
    });
  },
});
