/**
 * The daemon below docker dies.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { boxImage, boxNeeds, buildBox, docker } from '../support/docker.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'containers/containerd-restart',
  summary: 'containerd comes back when it is killed, and containers live on.',
  claims: ['R13'],
  tags: ['containers'],
  applies: { needs: [...boxNeeds, 'containerd'] },
  topology: singleMachine(),
  limits: { runMs: 480_000 },
  expects: [
    { pattern: 'unit-failed', reason: 'the suite kills containerd' },
    { pattern: 'unit-result', reason: 'the suite kills containerd' },
    { pattern: 'core-dump', reason: 'the suite kills containerd by SIGABRT' },
  ],
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await buildBox(context, machine);
    await docker(machine, 'run', '-d', '--name', 'sleeper', boxImage, 'sleep', '9999');
    const pid = async () =>
      await machine.output(['systemctl', 'show', '-P', 'MainPID', 'containerd']);
    const container = await docker(machine, 'inspect', '-f', '{{.State.Pid}}', 'sleeper');
    for (const signal of ['SIGTERM', 'SIGKILL', 'SIGABRT']) {
      await context.step(`killed by ${signal}`, async () => {
        const before = await pid();
        await machine.output(['kill', '-s', signal.slice(3), before], { sudo: true });
        const back = `until p=$(systemctl show -P MainPID containerd) && [ "$p" != 0 ] && [ "$p" != ${before} ] && systemctl -q is-active containerd; do sleep 0.3; done`;
        check.succeeds(await machine.sh(back, { timeoutMs: 90_000 }), 'waiting for containerd');
        const now = await docker(machine, 'inspect', '-f', '{{.State.Pid}}', 'sleeper');
        check.equal(now, container, 'process of the container');
      });
    }
    await context.step('new containers start', async () => {
      check.equal(await docker(machine, 'run', '--rm', boxImage, 'id', '-u'), '0', 'id -u');
    });
  },
});
