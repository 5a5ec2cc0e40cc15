/**
 * Nobody logs in over SSH with a password, and sshd is set up as documented.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

/** Of the word that {@link askpass} says. */
const passwordHash =
  '$6$harbour$jAeSnl6/3RNZp7Ey2ohYqM8EHhGGtDD20wovnHmPmJJAe4hg4.PFA1ZftHr4SAew3LFbLtXuysRmQdXz5N88B1';

/** Answers each question for a password, so that nothing but the server can refuse. */
const askpass = '/var/tmp/askpass';

/** Logs in from the machine to itself as `user`, without a key; returns what ssh says. */
async function logIn(machine: Machine, user: string): Promise<string> {
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'PubkeyAuthentication=no',
    'NumberOfPasswordPrompts=1',
  ].flatMap((option) => ['-o', option]);
  const environment = [`SSH_ASKPASS=${askpass}`, 'SSH_ASKPASS_REQUIRE=force'];
  const result = await machine.exec([
    'env',
    ...environment,
    'ssh',
    ...options,
    `${user}@localhost`,
    'true',
  ]);
  check.equal(result.status, 255, `status of ssh ${user}@localhost with a password`);
  return result.stderr;
}

export default defineSuite({
  id: 'security/no-password-login',
  summary: 'sshd takes keys only, also from who has a password, and core has none.',
  claims: ['Z04', 'Z05', 'Z12'],
  tags: ['security', 'ssh'],
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: { passwd: { users: [{ name: 'sailor', passwordHash }] } },
    },
  }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('sshd is configured as documented', async () => {
      const settings = (await main.output(['sshd', '-T'], { sudo: true }))
        .toLowerCase()
        .split('\n');
      for (const setting of [
        'passwordauthentication no',
        'kbdinteractiveauthentication no',
        'usedns no',
        'clientaliveinterval 180',
        'subsystem sftp internal-sftp',
      ]) {
        check.includes(settings, setting, 'settings of sshd');
      }
    });
    await step('the password is the right one', async () => {
      const script = `echo switchyard | su sailor -c 'id -un'`;
      check.equal(check.succeeds(await main.sh(script), 'su to sailor'), 'sailor', 'id -un');
    });
    await step('a password opens nothing', async () => {
      await main.writeFile(askpass, '#!/bin/sh\necho switchyard\n', { mode: '0755' });
      for (const user of ['sailor', 'core', 'root']) {
        const answer = await logIn(main, user);
        const [, offered = ''] = check.matches(
          answer,
          /Permission denied \(([^)]*)\)/,
          `answer to ${user}`,
        );
        check.equal(offered, 'publickey', `ways to log in as ${user}`);
      }
    });
    await step('core has no password', async () => {
      const entry = await main.output(['getent', 'shadow', 'core'], { sudo: true });
      check.matches(entry.split(':')[1] ?? '', /^[!*]/, 'password field of core');
    });
  },
});
