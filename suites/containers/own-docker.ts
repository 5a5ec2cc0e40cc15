/**
 * Who wants another docker than the release's masks that and brings an extension.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { docker } from '../support/docker.js';
import { mergedExtensions } from '../support/extensions.js';
import { settled } from '../support/running.js';

const own = '/var/lib/extensions/own-docker';

/** The programs of the release under other names and paths, with a client that says so. */
const repack = `mkdir -p /run/release ${own}
mount -o loop,ro /usr/share/flatcar/sysext/docker-flatcar.raw /run/release
cp -a /run/release/usr ${own}/usr
umount /run/release
cd ${own}/usr
rm -f lib/extension-release.d/*
printf 'ID=_any\\nEXTENSION_RELOAD_MANAGER=1\\n' > lib/extension-release.d/extension-release.own-docker
mv bin/docker bin/docker-real
printf '#!/bin/sh\\n[ "$1" = own ] && exec echo mine\\nexec docker-real "$@"\\n' > bin/docker
chmod 755 bin/docker
ln -sfn /dev/null /etc/extensions/docker-flatcar.raw
sync`;

async function isOwn(main: Machine): Promise<void> {
  const merged = await mergedExtensions(main);
  check.includes(merged.join(' '), 'own-docker', 'merged extensions');
  check.excludes(merged.join(' '), 'docker-flatcar', 'merged extensions');
  check.equal(await docker(main, 'own'), 'mine', 'which docker answers');
  check.matches(await docker(main, 'info', '-f', '{{.ServerVersion}}'), /^\d+/, 'docker info');
}

export default defineSuite({
  id: 'containers/own-docker',
  summary: 'With the release’s docker masked, an extension of the user brings another that runs.',
  claims: ['R20'],
  tags: ['containers', 'sysext'],
  applies: { needs: ['sysext', 'docker'] },
  topology: singleMachine(),
  limits: { runMs: 480_000 },
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the release’s is masked, another is there', async () => {
      check.succeeds(await main.sh(repack, { sudo: true, timeoutMs: 180_000 }), 'repacking');
      await main.output(['systemctl', 'stop', 'docker.socket', 'docker.service'], { sudo: true });
      await main.output(['systemd-sysext', 'refresh'], { sudo: true });
      await main.output(['systemctl', 'start', 'docker.socket'], { sudo: true });
    });
    await step('it is the one that runs', async () => await isOwn(main));
    await step('after a reboot too', async () => {
      await main.reboot();
      await settled(main);
      await isOwn(main);
    });
  },
});
