/**
 * Over D-Bus an ordinary user may look at units and not touch them.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const manager = [
  'org.freedesktop.systemd1',
  '/org/freedesktop/systemd1',
  'org.freedesktop.systemd1.Manager',
] as const;

export default defineSuite({
  id: 'security/dbus-policy',
  summary: 'The user core may list units over D-Bus and may not restart one.',
  claims: ['Z10'],
  tags: ['security', 'systemd'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('it may ask', async () => {
      const get = ['busctl', 'call', ...manager, 'GetUnit', 's', 'sshd.socket'] as const;
      check.matches(await main.output(get), /^o "/, 'answer to GetUnit');
    });
    await step('it may not act', async () => {
      const restart = ['busctl', 'call', ...manager, 'RestartUnit', 'ss'] as const;
      const result = await main.exec([...restart, 'systemd-resolved.service', 'replace']);
      check.fails(result, 'RestartUnit');
      check.matches(
        result.stderr,
        /[Aa]ccess denied|authentication required/i,
        'error of RestartUnit',
      );
    });
  },
});
