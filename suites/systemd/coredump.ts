/**
 * A program that crashes leaves a core dump that can be listed.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'systemd/coredump',
  summary: 'coredumpctl lists a program that died of SIGSEGV.',
  claims: ['D12'],
  tags: ['systemd'],
  topology: singleMachine(),
  expects: [{ pattern: 'core-dump', reason: 'the suite crashes a program' }],
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('a program crashes', async () => {
      const { stdout } = await main.sh('sh -c \'kill -SEGV $$\' || echo "status $?"');
      check.equal(stdout.trim(), 'status 139', 'how the program ended');
    });
    await step('its dump is listed', async () => {
      const list = 'coredumpctl list --no-pager --no-legend';
      const script = `until ${list} 2>/dev/null | grep SIGSEGV; do sleep 0.5; done`;
      const listed = check.succeeds(await main.sh(script, { sudo: true }), 'coredumpctl list');
      check.matches(listed, /SIGSEGV\s+\S+\s+\/\S*sh\b/, 'coredumpctl list');
    });
  },
});
