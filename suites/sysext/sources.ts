/**
 * Where extensions come from: the release's own from its server, those of a community from theirs by
 * systemd-sysupdate, and one that was made on the machine.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { placeBusybox } from '../support/docker.js';
import { makeExtension, mergedExtensions } from '../support/extensions.js';
import { labLink, labNeeds, labServer, openLab, serveInLab } from '../support/lab.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';

const releaseServer = '10.0.2.80';

/** Where the community's server has its files, in a network namespace of the machine. */
const bakery = '/var/lib/bakery';

/** What the bakery publishes beside an extension. Source: sysupdate.d(5), flatcar/sysext-bakery. */
const transfer = `[Transfer]
Verify=false
[Source]
Type=url-file
Path=http://${labServer}/
MatchPattern=greeter-@v.raw
[Target]
InstancesMax=3
Type=regular-file
Path=/opt/extensions/greeter
MatchPattern=greeter-@v.raw
CurrentSymlink=/etc/extensions/greeter.raw
`;

/** The server gets one version more. */
async function bake(machine: Machine, version: number): Promise<void> {
  const tree = `/var/tmp/greeter-${version}`;
  await makeExtension(machine, 'greeter', {
    files: { 'bin/greet': `#!/bin/sh\necho ${version}\n` },
    directory: tree,
  });
  const script = `mkdir -p ${bakery}
mksquashfs ${tree} ${bakery}/greeter-${version}.raw -noappend -quiet -no-progress
cd ${bakery}
sha256sum *.raw > SHA256SUMS`;
  check.succeeds(await machine.sh(script, { sudo: true }), `making version ${version}`);
}

async function sysupdate(machine: Machine) {
  const argv = ['/usr/lib/systemd/systemd-sysupdate', '--component=greeter', 'update'] as const;
  return await machine.exec(argv, { sudo: true, timeoutMs: 120_000 });
}

/** The link leads to this version, and its program runs once the extensions are merged anew. */
async function checkGreeter(machine: Machine, version: number): Promise<void> {
  const target = await machine.output(['realpath', '/etc/extensions/greeter.raw']);
  check.equal(target, `/opt/extensions/greeter/greeter-${version}.raw`, 'target of the link');
  await machine.output(['systemd-sysext', 'refresh'], { sudo: true });
  check.equal(await machine.output(['greet']), `${version}`, 'what its program says');
}

export default defineSuite({
  id: 'sysext/sources',
  summary: 'Extensions of the release, of a community by sysupdate, and of one’s own are merged.',
  claims: ['F17', 'X19'],
  tags: ['sysext', 'talk', 'network'],
  applies: { needs: [...labNeeds, 'extra:podman', 'extra:busybox', 'services'] },
  topology: singleMachine({
    services: [
      {
        kind: 'http',
        address: releaseServer,
        port: 80,
        files: {},
        extras: { '/flatcar-podman.raw': 'podman' },
      },
    ],
    provisioning: {
      kind: 'ignition',
      config: {
        storage: {
          files: [
            labLink('[Network]\nAddress=192.0.2.2/24\n'),
            file('/etc/sysupdate.greeter.d/greeter.conf', transfer),
          ],
        },
      },
    },
  }),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await openLab(context, machine);
    await context.step('one from the release server, with the digest of the release', async () => {
      const { sha256 } = context.extra('podman');
      const target = '/etc/extensions/flatcar-podman.raw';
      const script = `curl -sSf -o ${target} http://${releaseServer}/flatcar-podman.raw
        echo '${sha256}  ${target}' | sha256sum -c`;
      const fetched = await machine.sh(script, { sudo: true, timeoutMs: 180_000 });
      check.succeeds(fetched, 'fetching and verifying it');
    });
    await context.step('one of a community, by systemd-sysupdate', async () => {
      await bake(machine, 1);
      await placeBusybox(context, machine);
      await serveInLab(machine, 'bakery', [
        '/var/tmp/busybox',
        'httpd',
        '-f',
        '-p',
        '80',
        '-h',
        bakery,
      ]);
      const up = `until curl -sf -o /dev/null http://${labServer}/SHA256SUMS; do sleep 0.2; done`;
      check.succeeds(await machine.sh(up, { timeoutMs: 60_000 }), 'waiting for the server');
      check.succeeds(await sysupdate(machine), 'systemd-sysupdate');
      await checkGreeter(machine, 1);
    });
    await context.step('and one of this machine are merged', async () => {
      await makeExtension(machine, 'own', { files: { 'bin/own': '#!/bin/sh\necho own\n' } });
      await machine.output(['systemd-sysext', 'refresh'], { sudo: true });
      const merged = await mergedExtensions(machine);
      for (const name of ['flatcar-podman', 'greeter', 'own']) {
        check.includes(merged, name, 'merged extensions');
      }
      check.matches(await machine.output(['podman', '--version']), /^podman version/, 'podman');
      check.equal(await machine.output(['own']), 'own', 'what the own program says');
    });
    await context.step('a new version of the community takes the place of the old', async () => {
      await bake(machine, 2);
      check.succeeds(await sysupdate(machine), 'systemd-sysupdate');
      await checkGreeter(machine, 2);
    });
    await context.step('one that is not what its digest says does not', async () => {
      await bake(machine, 3);
      const spoil = `echo more >> ${bakery}/greeter-3.raw`;
      check.succeeds(await machine.sh(spoil, { sudo: true }), 'spoiling version 3');
      check.fails(await sysupdate(machine), 'systemd-sysupdate');
      await checkGreeter(machine, 2);
    });
  },
});
