/**
 * Containers that talk to each other.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { boxImage, boxNeeds, buildBox, docker } from '../support/docker.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'containers/network',
  summary: 'Two containers of a network find each other by name and exchange a message.',
  claims: ['R11'],
  tags: ['containers'],
  applies: { needs: boxNeeds },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await buildBox(context, machine);
    await docker(machine, 'network', 'create', 'pair');
    await context.step('one listens', async () => {
      const listen = 'nc -l -p 7000 > /message; while true; do nc -l -p 7001; done';
      const argv = ['run', '-d', '--name', 'listener', '--network', 'pair', boxImage];
      await docker(machine, ...argv, 'sh', '-c', listen);
    });
    await context.step('the other talks to it by name', async () => {
      const talk = 'until echo hello | nc -w 5 listener 7000; do sleep 0.2; done';
      await docker(machine, 'run', '--rm', '--network', 'pair', boxImage, 'sh', '-c', talk);
    });
    await context.step('it can be reached again', async () => {
      const again = 'until nc -w 5 listener 7001 < /dev/null; do sleep 0.2; done';
      await docker(machine, 'run', '--rm', '--network', 'pair', boxImage, 'sh', '-c', again);
    });
    await context.step('the message has arrived', async () => {
      const waiting = 'until [ -s /message ]; do sleep 0.2; done; cat /message';
      check.equal(
        await docker(machine, 'exec', 'listener', 'sh', '-c', waiting),
        'hello',
        'message',
      );
    });
    await context.step('a container of another network does not know it', async () => {
      const ask = ['run', '--rm', boxImage, 'nc', '-w', '2', 'listener', '7001'];
      const asked = await machine.exec(['docker', ...ask]);
      check.fails(asked, 'reaching it from outside of its network');
    });
  },
});
