/**
 * Containers that SELinux keeps from the files of the host.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { selinuxDisk, singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { boxImage, boxNeeds, buildBox, docker } from '../support/docker.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';

const cargo = 'cargo of the host';

const mount = ['run', '--rm', '-v', '/opt/harbour:/harbour', boxImage, 'cat', '/harbour/cargo'];

/** What was denied so far, and not only logged. */
async function denials(machine: Machine): Promise<readonly string[]> {
  const lines = (await machine.output(['dmesg'], { sudo: true })).split('\n');
  return lines.filter((line) => /avc:\s+denied.*permissive=0/.test(line));
}

export default defineSuite({
  id: 'containers/selinux',
  summary:
    'Docker uses SELinux: when it enforces, a container can not have a directory of the host.',
  claims: ['R08'],
  tags: ['containers', 'selinux'],
  applies: { needs: ['selinux', ...boxNeeds] },
  topology: singleMachine({
    boot: selinuxDisk,
    provisioning: {
      kind: 'ignition',
      config: { storage: { files: [file('/opt/harbour/cargo', cargo)] } },
    },
  }),
  start: 'first-boot',
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await context.step('docker says that it uses it', async () => {
      const options = await docker(machine, 'info', '-f', '{{json .SecurityOptions}}');
      check.includes(options, '"name=selinux"', 'security options');
    });
    await context.step('permissive, a container has the directory', async () => {
      await buildBox(context, machine);
      check.equal(await docker(machine, ...mount), cargo, 'file in the container');
    });
    await context.step('enforcing, it runs without and not with it', async () => {
      await machine.output(['setenforce', '1'], { sudo: true });
      const alone = await docker(machine, 'run', '--rm', boxImage, 'echo', 'alone');
      check.equal(alone, 'alone', 'a container without a mount');
      const before = await denials(machine);
      const argv = ['docker', ...mount] as [string, ...string[]];
      check.fails(await machine.exec(argv, { timeoutMs: 120_000 }), 'a container with the mount');
      const after = await denials(machine);
      check.ok(after.length > before.length, 'the kernel tells of a denial', after);
    });
  },
});
