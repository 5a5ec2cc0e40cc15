/**
 * Which disk a machine boots: a preferred one where the image has it, the image's own otherwise.
 */

import t from 'tap';
import type { Image, ImageExtra } from '../../../harness/model/image.js';
import { type BootSource, role, selinuxDisk } from '../../../harness/model/topology.js';
import { planDrives } from '../../../platforms/qemu/plan-drives.js';
import { fakeImage } from '../../support/fixtures.js';

const other: ImageExtra = {
  name: 'selinux-disk',
  file: '/cache/selinux.qcow2',
  type: 'file',
  sizeBytes: 1,
  sha256: 'a',
};

function imageWith(extras: readonly ImageExtra[]): Image {
  const { descriptor } = fakeImage();
  const disk = { ...descriptor.disk, file: 'disk.img', format: 'raw' } as const;
  return { directory: '/images/x', descriptor: { ...descriptor, disk, extras } };
}

/** What is below the system disk's overlay. */
function backingOf(boot: BootSource, image: Image) {
  const [system] = planDrives(role({ boot }), '/runs/r', image);
  return system?.content.kind === 'overlay' ? system.content.backing : undefined;
}

const own = { path: '/images/x/disk.img', format: 'raw' } as const;

t.test('a disk that is preferred', async (t) => {
  const image = imageWith([other]);
  t.same(backingOf(selinuxDisk, image), { path: '/cache/selinux.qcow2', format: 'qcow2' });
  t.same(backingOf({ kind: 'disk' }, image), own, 'nobody asked for it');
  const stranger = { kind: 'disk', preferring: 'signed-disk' } as const;
  t.same(backingOf(stranger, image), own, 'the image has another');
});

t.test('an image without it has the same on its own', async (t) => {
  t.same(backingOf(selinuxDisk, imageWith([])), own);
});

t.test('its size is what the machine asks for', async (t) => {
  const big = role({ boot: selinuxDisk, systemDiskMiB: 20_000 });
  t.match(planDrives(big, '/runs/r', imageWith([other])), [
    { path: '/runs/r/system.qcow2', content: { sizeMiB: 20_000 }, bootIndex: 1 },
  ]);
});
