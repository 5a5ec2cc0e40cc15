/**
 * A docker whose images lie on btrfs stays with them.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { boxImage, boxNeeds, buildBox, docker } from '../support/docker.js';
import { unit } from '../support/provision.js';
import { settled } from '../support/running.js';
import {
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

const device = '/dev/disk/by-id/virtio-data';
const config = '/etc/docker/daemon.json';

const mount = unit(
  'var-lib-docker.mount',
  `[Unit]
Before=docker.service
[Mount]
What=${device}
Where=/var/lib/docker
Type=btrfs
[Install]
RequiredBy=docker.service
WantedBy=local-fs.target
`,
);

async function driver(main: Machine): Promise<string> {
  return await docker(main, 'info', '-f', '{{.Driver}}');
}

export default defineSuite({
  id: 'containers/btrfs-kept',
  summary: 'Docker on btrfs keeps its driver and its images, without being told and by an update.',
  claims: ['R07'],
  tags: ['containers', 'update'],
  applies: { needs: [...updateNeeds, ...boxNeeds, 'release:next'] },
  topology: updatable(
    {
      storage: { filesystems: [{ device, format: 'btrfs' }] },
      systemd: { units: [mount] },
    },
    { disks: [{ name: 'data', sizeMiB: 1024 }] },
  ),
  limits: { runMs: 900_000 },
  async run({ machine, release, extra, step }) {
    const main = machine();
    const next = release('next');
    const works = async () => {
      check.equal(await driver(main), 'btrfs', 'storage driver');
      check.equal(
        await docker(main, 'run', '--rm', boxImage, 'echo', 'ahoy'),
        'ahoy',
        'its output',
      );
    };
    await settled(main);
    await step('docker is told once to use btrfs', async () => {
      await main.writeFile(config, '{ "storage-driver": "btrfs" }\n');
      await buildBox({ extra }, main);
      await works();
    });
    await step('it stays with it, told or not', async () => {
      await main.output(['rm', config], { sudo: true });
      await main.output(['systemctl', 'restart', 'docker.service'], {
        sudo: true,
        timeoutMs: 120_000,
      });
      await works();
    });
    await step('in the next release too', async () => {
      await configureUpdates(main);
      await installUpdate(main, next);
      await main.reboot();
      await settled(main);
      await mustRun(main, 'b', next);
      await works();
    });
  },
});
