/**
 * Accounts of services can't log in.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const mayLogIn = new Set(['root', 'core', 'sync', 'shutdown', 'halt']);

export default defineSuite({
  id: 'security/locked-accounts',
  summary: 'Only the documented accounts have a shell.',
  claims: ['Z08'],
  tags: ['security'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('every other account has no shell', async () => {
      const accounts = (await main.output(['getent', 'passwd'])).split('\n');
      for (const account of accounts) {
        const [name = '', shell = ''] = account.split(':').filter((_, n) => n === 0 || n === 6);
        if (mayLogIn.has(name)) continue;
        check.matches(shell, /\/(?:nologin|false)$/, `shell of ${name}`);
      }
    });
  },
});
