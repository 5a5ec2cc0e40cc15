/**
 * Containers without root.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';

/** The extension brings no settings for /etc, and podman wants to know whose images it may run. */
const trustAll = { default: [{ type: 'insecureAcceptAnything' }] };

export default defineSuite({
  id: 'containers/podman-rootless',
  summary: 'A user who is not root runs containers with podman.',
  claims: ['R18'],
  tags: ['containers', 'sysext'],
  applies: { needs: ['sysext', 'extra:podman', 'extra:nginx'] },
  topology: singleMachine({
    memoryMiB: 2048,
    provisioning: {
      kind: 'ignition',
      config: {
        storage: {
          files: [
            file('/etc/subuid', 'core:100000:65536\n'),
            file('/etc/subgid', 'core:100000:65536\n'),
            file('/etc/containers/policy.json', JSON.stringify(trustAll)),
          ],
        },
      },
    },
  }),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const podman = async (...argv: readonly string[]) =>
      await machine.output(['podman', ...argv], { timeoutMs: 240_000 });
    await context.step('podman comes as an extension', async () => {
      const path = '/var/lib/extensions/flatcar-podman.raw';
      await machine.upload(context.extra('podman').path, path, { timeoutMs: 180_000 });
      await machine.output(['systemd-sysext', 'refresh'], { sudo: true });
    });
    await context.step('it knows that it has no root', async () => {
      const rootless = await podman('info', '-f', '{{.Host.Security.Rootless}}');
      check.equal(rootless, 'true', 'whether podman is rootless');
    });
    await context.step('a container of an image from a file', async () => {
      await machine.upload(context.extra('nginx').path, '/var/tmp/nginx.tar', {
        timeoutMs: 180_000,
      });
      const loaded = await podman('load', '-q', '-i', '/var/tmp/nginx.tar');
      const [, image = ''] = check.matches(loaded, /Loaded image: (\S+)/, 'podman load');
      await podman('run', '-d', '--name', 'web', '-p', '8080:80', image);
      const page = 'until curl -sf http://127.0.0.1:8080/; do sleep 0.5; done';
      const answer = check.succeeds(await machine.sh(page, { timeoutMs: 90_000 }), 'asking it');
      check.matches(answer, /nginx/i, 'page of nginx');
    });
    await context.step('its root is the user', async () => {
      const pid = await podman('inspect', '-f', '{{.State.Pid}}', 'web');
      check.equal(await machine.output(['stat', '-c', '%U', `/proc/${pid}`]), 'core', 'its user');
    });
  },
});
