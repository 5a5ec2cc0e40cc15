/**
 * `yard images fetch`, `rm` and `gc` as users call them, against a release server on this host.
 */

import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';
import { skipUnless } from '../../images/test-disk.js';
import { ReleaseWorld } from '../../support/release-world.js';

const skip = await skipUnless('sgdisk', 'mkfs.erofs', 'mformat', 'mkfs.ext4', 'qemu-img');
const main = join(compiledRoot(), 'harness', 'cli', 'main.js');

t.test('from a server into the cache and out of it', { skip }, async (t) => {
  const world = await ReleaseWorld.make(t.testdir());
  t.teardown(async () => await world.close());
  const images = join(world.directory, 'switchyard', 'images');
  const left = async () => (await readdir(images)).toSorted();
  const yard = async (...args: readonly string[]) => {
    const env = { XDG_CACHE_HOME: world.directory };
    const { exitCode, stdout, stderr } = await execa('node', [main, 'images', ...args], {
      reject: false,
      env,
    });
    return { exitCode, stdout, stderr };
  };
  const key = ['--key', join(world.directory, 'key.asc'), '--fingerprint', world.key.fingerprint];
  const server = ['--server', world.server.url, ...key];
  await world.publish('4593.2.4');
  const disk = await world.disk('4593.2.4', 'stable', 'arm64');
  const files = {
    'flatcar_production_qemu_uefi_image.img': disk,
    'flatcar_production_qemu_uefi_efi_code.fd': Buffer.from('code'),
    'flatcar_production_qemu_uefi_efi_vars.fd': Buffer.from('vars'),
  };
  await world.publishFiles('/arm64-usr', { version: '4593.2.4', files });

  await t.test('fetch', async (t) => {
    const older = join(images, 'flatcar-4593.2.4-amd64-qemu');
    const amd64 = ['stable', '--arch', 'amd64', ...server];
    t.match(await yard('fetch', ...amd64), { exitCode: 0, stdout: older });
    await world.publish('4593.2.5');
    const newer = join(images, 'flatcar-4593.2.5-amd64-qemu');
    t.match(await yard('fetch', ...amd64), { exitCode: 0, stdout: newer });
    t.match(await yard('fetch', 'stable', '--arch', 'amd64', '--offline'), { stdout: newer });
    const arm64 = join(images, 'flatcar-4593.2.4-arm64-qemu_uefi');
    const fetched = await yard('fetch', 'stable', '--arch', 'arm64', ...server);
    t.match(fetched, { exitCode: 0, stdout: arm64 }, 'which has no other variant');
    const none = await yard('fetch', 'gamma', '--arch', 'amd64', ...server);
    t.match(none, {
      exitCode: 2,
      stdout: '',
      stderr: /^yard: gamma is no channel.*\[BAD_FETCH\]$/,
    });
  });

  await t.test('rm', async (t) => {
    const several = await yard('rm', '4593.2.4');
    const line =
      /^yard: image 4593\.2\.4: expected one, seen 2; name one of .*\[AMBIGUOUS_IMAGE\]$/;
    t.match(several, { exitCode: 2, stderr: line });
    const none = await yard('rm', '4593.2.5', 'mine');
    t.match(none, {
      exitCode: 2,
      stderr: /^yard: image mine is not there; .*\[IMAGE_NOT_FOUND\]$/,
    });
    t.equal((await left()).length, 3, 'none of them is removed');
    const name = 'flatcar-4593.2.4-arm64-qemu_uefi';
    t.match(await yard('rm', name), { exitCode: 0, stdout: `removed ${name}` });
    t.equal((await left()).length, 2);
  });

  await t.test('gc', async (t) => {
    t.match(await yard('gc'), { exitCode: 2, stderr: /^yard: say what may go: .*\[NO_LIMIT\]$/ });
    const older = 'flatcar-4593.2.4-amd64-qemu';
    const day = new Date(Date.now() - 86_400_000);
    await utimes(join(images, older, 'descriptor.json'), day, day);
    const gc = ['gc', '--max-size', '0'];
    const wouldGo = new RegExp(
      `^would remove images/${older}, .* MiB: the cache occupies too much$`,
    );
    t.match(await yard(...gc, '--dry-run'), { exitCode: 0, stdout: wouldGo });
    t.equal((await left()).length, 2);
    t.match(await yard(...gc), { exitCode: 0, stdout: new RegExp(`^removed images/${older}, `) });
    t.same(await left(), ['flatcar-4593.2.5-amd64-qemu'], 'the newest stays');
    t.match(await yard(...gc), { exitCode: 0, stdout: 'nothing to remove' });
  });
});
