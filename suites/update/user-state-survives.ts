/**
 * What an update must leave alone.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { boxImage, boxNeeds, buildBox, docker } from '../support/docker.js';
import { file } from '../support/provision.js';
import {
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

/** A default of the image that the user changed. */
const edited = '/etc/kexec.conf';

/** Where the image has its defaults for /etc, each generation its own place. */
const defaults = ['/usr/share/flatcar/etc', '/usr/lib/confexts/00-flatcar-default/etc'];

/** The defaults by path below /etc, with their digests. */
async function shippedDefaults(machine: Machine): Promise<ReadonlyMap<string, string>> {
  const list = 'cd "$1" 2>/dev/null && find . -type f -exec sha256sum {} + || :';
  const texts = await Promise.all(
    defaults.map((place) => machine.output(['sh', '-c', list, 'sh', place], { sudo: true })),
  );
  const pairs = [...texts.join('\n').matchAll(/^([0-9a-f]{64}) {2}\.\/(.+)$/gm)];
  return new Map(pairs.map(([, digest = '', path = '']) => [path, digest]));
}

/** Everything by its contents, line by line. */
async function state(machine: Machine): Promise<readonly string[]> {
  const script = `cat /etc/machine-id /etc/own.conf /home/core/notes
cat /etc/ssh/ssh_host_*_key.pub
getent passwd core captain
id captain
docker volume ls -q
docker images -q
ls /etc/extensions
tail -n 1 ${edited}
hostname`;
  const text = check.succeeds(await machine.sh(script, { sudo: true }), 'reading the state');
  return text.split('\n');
}

export default defineSuite({
  id: 'update/user-state-survives',
  summary: 'An update leaves alone what is the user’s and the machine’s, and brings new defaults.',
  claims: ['A27', 'A28', 'A29', 'F21'],
  tags: ['update', 'containers', 'sysext'],
  applies: { needs: [...updateNeeds, 'release:next-next', ...boxNeeds, 'sysext', 'extra:podman'] },
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
      await buildBox(context, machine);
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
      const path = '/etc/extensions/flatcar-podman.raw';
      await machine.upload(context.extra('podman').path, path, { timeoutMs: 180_000 });
      await machine.output(['systemd-sysext', 'refresh'], { sudo: true });
    });
    await machine.output(['sh', '-c', `echo '# of the user' >> ${edited}`], { sudo: true });
    const before = await state(machine);
    const shipped = await shippedDefaults(machine);
    await context.step('an update', async () => {
      await configureUpdates(machine);
      await installUpdate(machine, context.release('next-next'));
      await machine.reboot();
      await mustRun(machine, 'b', context.release('next-next'));
    });
    await context.step('all of it is there', async () => {
      check.equal(await state(machine), before, 'state of the user and of the machine');
    });
    await context.step('what the release has in /etc by default is there, too', async () => {
      const other = [...(await shippedDefaults(machine))].filter(
        ([path, digest]) => shipped.get(path) !== digest && `/etc/${path}` !== edited,
      );
      check.ok(other.length > 0, 'the release has other defaults', [...shipped.keys()]);
      for (const [path, digest] of other) {
        const seen = await machine.output(['sha256sum', `/etc/${path}`], { sudo: true });
        check.equal(seen.slice(0, 64), digest, `SHA-256 of /etc/${path}`);
      }
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
