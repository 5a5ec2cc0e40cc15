/**
 * Many connections at once do not make systemd give the SSH socket up.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

/**
 * Eight times twenty-five connections, each closed as soon as it is open; the next ones follow when
 * systemd has seen these, or has given up. Prints how many it has seen.
 */
const connections = `seen() {
  echo $(($(systemctl show -P NAccepted sshd.socket) + $(systemctl show -P NRefused sshd.socket)))
}
first=$(seen)
for n in 1 2 3 4 5 6 7 8; do
  for m in {1..25}; do true < /dev/tcp/127.0.0.1/22; done
  until [ "$(seen)" -ge $((first + 25 * n)) ]; do
    systemctl -q is-active sshd.socket || break 2
    sleep 0.2
  done
done
echo $(($(seen) - first))`;

export default defineSuite({
  id: 'security/sshd-trigger',
  summary: 'After two hundred connections the SSH socket still listens, and has no trigger limit.',
  claims: ['Z16'],
  tags: ['security', 'ssh', 'slow'],
  topology: singleMachine(),
  limits: { runMs: 540_000 },
  expects: [{ pattern: 'unit-failed', reason: 'the suite itself looks at what has failed' }],
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('two hundred connections', async () => {
      const result = await main.exec(['bash', '-c', connections], { timeoutMs: 480_000 });
      const seen = Number(check.succeeds(result, 'connecting'));
      check.ok(seen >= 200, 'systemd has seen 200 connections to sshd.socket', seen);
    });
    await step('the socket listens', async () => {
      check.equal((await main.unit('sshd.socket')).activeState, 'active', 'sshd.socket');
      const banner = await main.sh('timeout 60 ncat 127.0.0.1 22 < /dev/null | head -c 8 || true');
      check.includes(banner.stdout, 'SSH-2.0', 'banner of a new connection');
      check.equal(await main.failedUnits(), [], 'failed units');
    });
    // systemd takes 150 connections in 2 s at most (PollLimitBurst=), so none reach its default of 200.
    await step('no number of connections is too much', async () => {
      const show = ['systemctl', 'show', '-P', 'TriggerLimitBurst', 'sshd.socket'] as const;
      check.equal(await main.output(show), '0', 'TriggerLimitBurst of sshd.socket');
    });
  },
});
