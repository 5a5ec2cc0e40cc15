/**
 * A runtime added to a running system by one file and a refresh, and taken away again.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const extension = '/var/lib/extensions/flatcar-podman.raw';

export default defineSuite({
  id: 'sysext/podman-refresh',
  summary: 'Podman comes with one file and a refresh, runs a container, and is gone with another.',
  claims: ['F15', 'F16'],
  tags: ['sysext', 'talk'],
  applies: { needs: ['sysext', 'extra:podman', 'extra:nginx'] },
  topology: singleMachine(),
  async run({ machine, step, extra }) {
    const main = machine();
    await settled(main);
    const refresh = async () => {
      const result = await main.exec(['systemd-sysext', 'refresh'], { sudo: true });
      check.succeeds(result, 'systemd-sysext refresh');
    };
    await step('there is no podman', async () => {
      check.fails(await main.sh('command -v podman'), 'looking for podman');
    });
    await step('copy the extension and refresh', async () => {
      await main.upload(extra('podman').path, extension, { timeoutMs: 180_000 });
      await refresh();
    });
    await step('podman answers from /usr', async () => {
      check.matches(await main.output(['podman', '--version']), /^podman version \d/, 'podman');
      check.matches(await main.output(['sh', '-c', 'command -v podman']), /^\/usr\//, 'its path');
    });
    await step('it runs a container', async () => {
      const archive = '/var/tmp/nginx.tar';
      await main.upload(extra('nginx').path, archive, { timeoutMs: 180_000 });
      // The extension brings no settings for /etc, and podman wants to know whose images it may run.
      const trustAll = { default: [{ type: 'insecureAcceptAnything' }] };
      await main.writeFile('/etc/containers/policy.json', JSON.stringify(trustAll));
      const podman = (...argv: readonly string[]) =>
        main.exec(['podman', ...argv], { sudo: true, timeoutMs: 180_000 });
      const loaded = check.succeeds(await podman('load', '-q', '-i', archive), 'podman load');
      const [, image = ''] = check.matches(loaded, /Loaded image: (\S+)/, 'podman load');
      const ran = await podman('run', '--rm', '--network=none', image, 'nginx', '-v');
      check.succeeds(ran, 'a container');
      check.matches(ran.stderr, /nginx version/, 'what it says');
    });
    await step('remove the extension and refresh', async () => {
      await main.output(['rm', extension], { sudo: true });
      await refresh();
      check.fails(await main.sh('command -v podman'), 'looking for podman');
    });
  },
});
