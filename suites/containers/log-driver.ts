/**
 * Settings of the docker daemon, by the one that says where output of containers goes.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { boxImage, boxNeeds, buildBox, docker } from '../support/docker.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';

const settings = file('/etc/docker/daemon.json', '{ "log-driver": "journald" }\n');

export default defineSuite({
  id: 'containers/log-driver',
  summary: 'With the log driver that daemon.json names, what a container says is in the journal.',
  claims: ['R14'],
  tags: ['containers'],
  applies: { needs: boxNeeds },
  topology: singleMachine({
    provisioning: { kind: 'ignition', config: { storage: { files: [settings] } } },
  }),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await buildBox(context, machine);
    await context.step('docker has the driver', async () => {
      const driver = await docker(machine, 'info', '-f', '{{.LoggingDriver}}');
      check.equal(driver, 'journald', 'log driver');
    });
    await context.step('what a container says is in the journal, under its name', async () => {
      await docker(machine, 'run', '--name', 'teller', boxImage, 'echo', 'ahoy');
      const find = 'journalctl -b -o cat CONTAINER_NAME=teller';
      const script = `until ${find} | grep -x ahoy; do sleep 0.2; done`;
      const result = await machine.sh(script, { sudo: true, timeoutMs: 30_000 });
      check.succeeds(result, 'the line in the journal');
    });
  },
});
