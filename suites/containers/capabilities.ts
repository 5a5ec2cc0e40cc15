/**
 * What root in a container may do.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { boxImage, boxNeeds, buildBox, docker } from '../support/docker.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'containers/capabilities',
  summary: 'A container has the capabilities that it was left, and none when all are dropped.',
  claims: ['R22'],
  tags: ['containers'],
  applies: { needs: boxNeeds },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await buildBox(context, machine);
    const of = async (...options: readonly string[]) => {
      const argv = ['run', '--rm', ...options, boxImage, 'grep', 'CapEff', '/proc/self/status'];
      return (await docker(machine, ...argv)).replace(/\s+/g, ' ');
    };
    await context.step('none when all are dropped', async () => {
      check.equal(await of('--cap-drop', 'ALL'), 'CapEff: 0000000000000000', 'capabilities');
      const change = ['docker', 'run', '--rm', '--cap-drop', 'ALL', boxImage, 'chown', '1', '/bin'];
      check.fails(await machine.exec(change as [string, ...string[]]), 'chown without CAP_CHOWN');
    });
    await context.step('one when one is given back', async () => {
      const seen = await of('--cap-drop', 'ALL', '--cap-add', 'CHOWN');
      check.equal(seen, 'CapEff: 0000000000000001', 'capabilities');
    });
    await context.step('and by default not that to administer the system', async () => {
      const text = await of();
      const bits = BigInt(`0x${text.split(' ')[1] ?? '0'}`);
      check.ok(bits !== 0n && (bits & (1n << 21n)) === 0n, 'no CAP_SYS_ADMIN by default', text);
    });
  },
});
