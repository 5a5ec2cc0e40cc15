/**
 * All parts together: containers, an extension and a network of the user's live through an update.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { check } from '../support/check.js';
import { docker, loadNginx, nginxImage } from '../support/docker.js';
import { makeExtension, mergedExtensions } from '../support/extensions.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';
import {
  configureUpdates,
  installUpdate,
  mustRun,
  updatable,
  updateNeeds,
} from '../support/updates.js';

const mac = '52:54:00:53:59:0e';
const address = '10.0.3.70';

const network = file(
  '/etc/systemd/network/10-static.network',
  `[Match]\nMACAddress=${mac}\n\n[Network]\nAddress=${address}/24\n`,
);

export default defineSuite({
  id: 'update/whole-system',
  summary: 'A container, an extension and a static address work together, after an update too.',
  claims: ['F13'],
  tags: ['update', 'talk', 'containers', 'sysext', 'network'],
  applies: { needs: [...updateNeeds, 'docker', 'extra:nginx', 'sysext', 'release:next'] },
  topology: updatable(
    { storage: { files: [network] } },
    { nics: [{ subnet: '10.0.3.0/24', mac, forwards: [{ address, port: 8080 }] }] },
  ),
  limits: { runMs: 900_000 },
  async run(context) {
    const main = context.machine();
    const release = context.release('next');
    const works = async () => {
      check.includes((await mergedExtensions(main)).join(' '), 'harbour', 'merged extensions');
      check.equal(await main.output(['harbour']), 'no wake', 'the extension’s program');
      // docker takes connections before the server in the container does.
      const serves = `until curl -sfo /dev/null http://${address}:8080/; do sleep 0.5; done`;
      check.succeeds(await main.sh(serves, { timeoutMs: 120_000 }), 'waiting for the container');
      const { status } = await main.get({ nic: 1, port: 8080, timeoutMs: 60_000 });
      check.equal(status, 200, `HTTP status of the container at ${address}`);
    };
    await settled(main);
    await context.step('a container, an extension, an address', async () => {
      await makeExtension(main, 'harbour', {
        files: { 'bin/harbour': '#!/bin/sh\necho no wake\n' },
      });
      await main.output(['systemd-sysext', 'refresh'], { sudo: true });
      await loadNginx(context, main);
      // Docker starts when somebody calls it; a container that should return needs it at boot.
      await main.output(['systemctl', 'enable', 'docker.service'], { sudo: true });
      const how = ['-d', '--restart', 'always', '-p', '8080:80', nginxImage];
      await docker(main, 'run', ...how);
      await works();
    });
    await context.step('an update', async () => {
      await configureUpdates(main);
      await installUpdate(main, release);
      await main.reboot();
      await settled(main);
      await mustRun(main, 'b', release);
    });
    await context.step('and all of it works', works);
  },
});
