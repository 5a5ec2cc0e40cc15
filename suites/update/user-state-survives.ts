/**
 * What an update must leave alone.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { boxImage, buildBox, docker } from '../support/docker.js';
import { file } from '../support/provision.js';
import {
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

/** Everything by its contents, line by line. */
async function state(machine: Machine): Promise<readonly string[]> {
  const script = `cat /etc/machine-id /etc/own.conf /home/core/notes
cat /etc/ssh/ssh_host_*_key.pub
getent passwd core captain
id captain
docker volume ls -q
docker images -q
ls /var/lib/extensions
hostname`;
  const text = check.succeeds(await machine.sh(script, { sudo: true }), 'reading the state');
  return text.split('\n');
}

export default defineSuite({
  id: 'update/user-state-survives',
  summary: 'What belongs to the user and to the machine is after an update what it was before.',
  claims: ['A27', 'A28', 'A29', 'F21'],
  tags: ['update', 'containers', 'sysext'],
  applies: { needs: [...updateNeeds, 'release:next', 'docker', 'sysext', 'extra:podman'] },
  topology: updatable({
    passwd: { users: [{ name: 'captain', groups: ['docker'] }] },
    storage: {
      files: [file('/etc/own.conf', 'own = yes\n'), file('/home/core/notes', 'mine\n')],
    },
  }),
  limits: { runMs: 900_000 },
  async run(context) {
    const machine = context.machine();
    await context.step('a container, a volume and an extension', async () => {
      await buildBox(machine);
      await docker(machine, 'volume', 'create', 'data');
      await docker(
        machine,
        'run',
        '--rm',
        '-v',
        'data:/data',
        boxImage,
        'sh',
        '-c',
        'echo kept > /data/it',
      );
      const path = '/var/lib/extensions/flatcar-podman.raw';
      await machine.upload(context.extra('podman').path, path, { timeoutMs: 180_000 });
      await machine.output(['systemd-sysext', 'refresh'], { sudo: true });
    });
    const before = await state(machine);
    await context.step('an update', async () => {
      await configureUpdates(machine);
      await installUpdate(machine, context.release('next'));
      await machine.reboot();
      await mustRun(machine, 'b', context.release('next'));
    });
    await context.step('all of it is there', async () => {
      check.equal(await state(machine), before, 'state of the user and of the machine');
    });
    await context.step('and is of use', async () => {
      const kept = await docker(
        machine,
        'run',
        '--rm',
        '-v',
        'data:/data',
        boxImage,
        'cat',
        '/data/it',
      );
      check.equal(kept, 'kept', 'file in the volume');
      check.matches(await machine.output(['podman', '--version']), /^podman version/, 'podman');
    });
  },
});
