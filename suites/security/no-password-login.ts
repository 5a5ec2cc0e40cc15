/**
 * Nobody logs in over SSH with a password, and sshd is set up as documented.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'security/no-password-login',
  summary: 'sshd takes keys only, and core has no password',
  claims: ['Z12'],
  tags: ['security', 'ssh'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('sshd is configured as documented', async () => {
      const settings = (await main.output(['sshd', '-T'], { sudo: true }))
        .toLowerCase()
        .split('\n');
      for (const setting of [
        'passwordauthentication no',
        'usedns no',
        'clientaliveinterval 180',
        'subsystem sftp internal-sftp',
      ]) {
        check.includes(settings, setting, 'settings of sshd');
      }
    });
    await step('core has no password', async () => {
      const entry = await main.output(['getent', 'shadow', 'core'], { sudo: true });
      check.matches(entry.split(':')[1] ?? '', /^[!*]/, 'password field of core');
    });
  },
});
