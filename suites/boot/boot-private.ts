/**
 * The EFI system partition holds what boots the machine: only root may look.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'boot/boot-private',
  summary: '/boot is private to root.',
  claims: ['B16'],
  tags: ['boot', 'storage', 'security'],
  applies: { minVersion: '4372' },
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('core may not look', async () => {
      const result = await main.exec(['ls', '/boot']);
      check.fails(result, 'ls /boot as core');
      check.includes(result.stderr, 'Permission denied', 'error of ls /boot');
    });
  },
});
