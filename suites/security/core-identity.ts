/**
 * The one account that people log in with.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'security/core-identity',
  summary: 'core is user 500, in the documented groups, and may use sudo without a password.',
  claims: ['Z06', 'Z07'],
  tags: ['security'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('user and groups', async () => {
      check.equal(await main.output(['id', '-u', 'core']), '500', 'uid of core');
      const groups = (await main.output(['id', '-Gn', 'core'])).split(' ');
      for (const group of ['wheel', 'docker', 'systemd-journal']) {
        check.includes(groups, group, 'groups of core');
      }
    });
    await step('sudo needs no password', async () => {
      check.succeeds(await main.exec(['sudo', '-n', 'true']), 'sudo -n true');
    });
  },
});
