/**
 * A user who joins the group sudo may do everything.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'security/sudo-user',
  summary: 'A new user in the group sudo becomes root without a password; one outside does not.',
  claims: ['Z20'],
  tags: ['security'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const become = async (user: string) =>
      await main.exec(['runuser', '-u', user, '--', 'sudo', '-n', 'id', '-u'], { sudo: true });
    await step('users are made', async () => {
      await main.output(['useradd', '-m', '-G', 'sudo', 'mate'], { sudo: true });
      await main.output(['useradd', '-m', 'guest'], { sudo: true });
    });
    await step('the one in the group becomes root', async () => {
      check.equal(check.succeeds(await become('mate'), 'sudo of mate'), '0', 'uid of mate');
    });
    await step('the other does not', async () => {
      check.fails(await become('guest'), 'sudo of guest');
    });
  },
});
