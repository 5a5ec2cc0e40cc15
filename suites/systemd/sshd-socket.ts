/**
 * SSH costs nothing until somebody connects.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'systemd/sshd-socket',
  summary: 'sshd is started per connection by its socket.',
  claims: ['D01'],
  tags: ['systemd', 'ssh'],
  topology: singleMachine(),
  // A fork is reached by a server that was there before it, see docs/architecture.md.
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the socket listens', async () => {
      check.equal((await main.unit('sshd.socket')).activeState, 'active', 'sshd.socket');
    });
    await step('this very session is an instance of its service', async () => {
      const argv = ['systemctl', 'list-units', '--no-legend', '--plain', 'sshd@*'] as const;
      check.matches(await main.output(argv), /^sshd@\S+\.service\s+loaded active/m, 'sessions');
    });
  },
});
