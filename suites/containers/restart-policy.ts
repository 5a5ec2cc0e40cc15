/**
 * Containers over a reboot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { boxImage, boxNeeds, buildBox, docker } from '../support/docker.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'containers/restart-policy',
  summary:
    'A container that must always run runs again after a reboot, and one that must not does not.',
  claims: ['R15'],
  tags: ['containers'],
  applies: { needs: boxNeeds },
  topology: singleMachine(),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await buildBox(context, machine);
    await docker(
      machine,
      'run',
      '-d',
      '--name',
      'always',
      '--restart',
      'always',
      boxImage,
      'sleep',
      '9999',
    );
    await docker(machine, 'run', '-d', '--name', 'never', boxImage, 'sleep', '9999');
    await machine.output(['systemctl', 'enable', 'docker.service'], { sudo: true });
    await machine.reboot();
    await machine.waitForUnit('docker.service', 'active', { timeoutMs: 120_000 });
    const running = 'until docker ps --format "{{.Names}}" | grep -qx always; do sleep 0.5; done';
    check.succeeds(await machine.sh(running, { timeoutMs: 120_000 }), 'waiting for the container');
    check.equal(
      await docker(machine, 'ps', '--format', '{{.Names}}'),
      'always',
      'running containers',
    );
  },
});
