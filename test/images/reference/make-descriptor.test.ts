/**
 * The descriptor of a finished build, and that what is written is read back and opens.
 */

import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { openImage } from '../../../images/catalogue.js';
import { descriptorFile, readDescriptor } from '../../../images/descriptor-file.js';
import { imageSettings } from '../../../images/reference/build-options.js';
import { diskBytes } from '../../../images/reference/layout.js';
import {
  capabilities,
  makeDescriptor,
  versionText,
} from '../../../images/reference/make-descriptor.js';

const settings = imageSettings({ channel: 'beta', version: '9999.1.7' });

const usrHash = '0a'.repeat(32);

const build = {
  'disk.qcow2': 'disk',
  'flatcar-podman.raw': 'podman',
  'flatcar-servers.raw': 'dns',
  'flatcar-etcd.raw': 'etcd',
  'flatcar-sssd.raw': 'sssd',
  'flatcar-cluster.raw': 'cluster',
  'nginx-oci.tar': 'nginx',
  busybox: 'static',
  verity: `${usrHash} 7042\n`,
  'packages.tsv': 'zlib1g\t1.3\nbash\t5.2-1\nsystemd\t257.7-1\n',
};

async function describe(directory: string) {
  const descriptor = await makeDescriptor(directory, settings, 'key');
  await writeFile(join(directory, descriptorFile), JSON.stringify(descriptor));
  return descriptor;
}

t.test('what is written is read back the same', async (t) => {
  const directory = t.testdir(build);
  const descriptor = await describe(directory);
  t.same(await readDescriptor(directory), descriptor);
});

t.test('it says what was built', async (t) => {
  const descriptor = await describe(t.testdir(build));
  t.match(descriptor, {
    name: 'reference-amd64',
    osId: 'switchyard',
    channel: 'beta',
    version: '9999.1.7',
    origin: 'key',
    usrHash,
    disk: { file: 'disk.qcow2', sizeBytes: 4, virtualBytes: diskBytes() },
  });
  t.same(
    descriptor.extras.map(({ name, sizeBytes }) => [name, sizeBytes]),
    [
      ['podman', 6],
      ['servers', 3],
      ['etcd', 4],
      ['sssd', 4],
      ['cluster', 7],
      ['nginx', 5],
      ['busybox', 6],
    ],
  );
  t.same(
    descriptor.packages.map(({ name, version }) => `${name}=${version}`),
    ['bash=5.2-1', 'systemd=257.7-1', 'zlib1g=1.3'],
  );
});

t.test('a variant has a name of its own, so that its cases are not the image’s', async (t) => {
  const variant = { name: 'no-verity' };
  const descriptor = await makeDescriptor(t.testdir(build), imageSettings({ variant }), 'key');
  t.equal(descriptor.name, 'reference-no-verity-amd64');
});

t.test('the image opens, and no longer when a byte of any file changes', async (t) => {
  const options = { cacheDirectory: t.testdir(), signal: new AbortController().signal };
  for (const file of ['', 'disk.qcow2', 'flatcar-podman.raw', 'nginx-oci.tar']) {
    const directory = t.testdir({ image: build, cache: {} });
    const image = join(directory, 'image');
    await describe(image);
    const wanted = { ...options, cacheDirectory: join(directory, 'cache') };
    if (file === '') {
      t.equal((await openImage(image, wanted)).descriptor.name, 'reference-amd64');
      continue;
    }
    await appendFile(join(image, file), '!');
    await t.rejects(openImage(image, wanted), { code: 'NOT_AN_IMAGE' }, file);
  }
});

t.test('capabilities are names, none twice', async (t) => {
  t.equal(new Set(capabilities).size, capabilities.length);
  for (const name of capabilities) t.match(name, /^[a-z0-9.-]+$/);
});

t.test('version.txt has the keys of Flatcar’s', async (t) => {
  const lines = versionText(settings).trimEnd().split('\n');
  t.same(lines, [
    'FLATCAR_BUILD=9999',
    'FLATCAR_BRANCH=1',
    'FLATCAR_PATCH=7',
    'FLATCAR_VERSION=9999.1.7',
    'FLATCAR_VERSION_ID=9999.1.7',
    'FLATCAR_BUILD_ID="beta"',
    'FLATCAR_SDK_VERSION=9999.1.7',
  ]);
});
