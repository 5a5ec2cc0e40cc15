/**
 * Many connections at once do not make systemd give the SSH socket up.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'security/sshd-trigger',
  summary: 'After two hundred connections in a row the SSH socket still listens.',
  claims: ['Z16'],
  tags: ['security', 'ssh', 'slow'],
  topology: singleMachine(),
  limits: { runMs: 540_000 },
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('two hundred connections', async () => {
      const script = `i=0
        while [ $i -lt 200 ]; do
          ncat -z -w 30 127.0.0.1 22 || true
          i=$((i + 1))
        done`;
      check.succeeds(await main.sh(script, { timeoutMs: 480_000 }), 'connecting');
    });
    await step('the socket listens', async () => {
      check.equal((await main.unit('sshd.socket')).activeState, 'active', 'sshd.socket');
      const banner = await main.sh('timeout 60 ncat 127.0.0.1 22 < /dev/null | head -c 8 || true');
      check.includes(banner.stdout, 'SSH-2.0', 'banner of a new connection');
    });
  },
});
