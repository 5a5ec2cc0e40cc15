/**
 * Mounts of the user below /opt, a hierarchy that extensions may extend, don't take docker away.
 */

import type { IgnitionUnit } from '../../harness/model/ignition.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { docker } from '../support/docker.js';
import { mergedExtensions } from '../support/extensions.js';
import { unit } from '../support/provision.js';
import { rebootLimits, settled } from '../support/running.js';

function mount(name: string, path: string): IgnitionUnit {
  return unit(
    name,
    `[Unit]
Description=Scratch space at ${path}
[Mount]
What=tmpfs
Where=${path}
Type=tmpfs
Options=size=4M
[Install]
WantedBy=local-fs.target
`,
  );
}

const runtimes = ['containerd-flatcar', 'docker-flatcar'];

export default defineSuite({
  id: 'sysext/mounts-under-opt',
  summary:
    'With nested mounts under /opt the extensions are merged and docker works, boot by boot.',
  claims: ['X11'],
  tags: ['sysext', 'containers'],
  applies: { needs: ['sysext', 'docker'] },
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: {
        storage: { directories: [{ path: '/opt/x' }] },
        systemd: { units: [mount('opt.mount', '/opt'), mount('opt-x.mount', '/opt/x')] },
      },
    },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    const works = async () => {
      await settled(main);
      for (const path of ['/opt', '/opt/x']) {
        // A refresh may put the same mount over itself; what is on top counts.
        const type = await main.output(['stat', '--file-system', '--format=%T', path]);
        check.equal(type, 'tmpfs', `file system at ${path}`);
      }
      const merged = await mergedExtensions(main);
      for (const name of runtimes) check.includes(merged.join(' '), name, 'merged extensions');
      check.matches(await docker(main, 'info', '-f', '{{.ServerVersion}}'), /^\d+/, 'docker info');
    };
    await step('after the first boot', works);
    await step('after a refresh', async () => {
      await main.output(['systemd-sysext', 'refresh'], { sudo: true });
      await works();
    });
    await step('after a reboot', async () => {
      await main.reboot();
      await works();
    });
  },
});
