/**
 * A blank disk becomes partitions and file systems of every kind that Ignition makes.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

const linux = '0fc63daf-8483-4772-8e79-3d69d8477de4';
const swapType = '0657fd6d-a4ab-43c4-84e5-0933c84b4f4f';

/**
 * Label, file system, MiB, and where Ignition mounts it and a unit of Butane's does at each boot. Not
 * the vfat: Debian's Ignition labels what it mounts for SELinux, and vfat has no labels. Its identity is
 * a serial number of 32 bits.
 */
const parts = [
  { label: 'p-ext4', format: 'ext4', sizeMiB: 64, type: linux, path: '/srv/ext4' },
  { label: 'p-xfs', format: 'xfs', sizeMiB: 320, type: linux, path: '/srv/xfs' },
  { label: 'p-btrfs', format: 'btrfs', sizeMiB: 128, type: linux, path: '/srv/btrfs' },
  { label: 'p-vfat', format: 'vfat', sizeMiB: 64, type: linux, path: undefined },
  { label: 'p-swap', format: 'swap', sizeMiB: 64, type: swapType, path: undefined },
] as const;

type Part = (typeof parts)[number];

function uuidOf({ label, format }: Part): string {
  const index = parts.findIndex((one) => one.label === label);
  return format === 'vfat' ? '5EED-C0DE' : `a6e4a1b2-0c5d-4e3f-8a9b-1c2d3e4f5a6${index}`;
}

const partitions = parts.map(
  ({ label, sizeMiB, type }, index) =>
    `        - {number: ${index + 1}, label: ${label}, size_mib: ${sizeMiB}, type_guid: ${type}}`,
);

function filesystemOf(part: Part): string {
  const { label, format, path } = part;
  const fields = [
    `device: /dev/disk/by-partlabel/${label}`,
    `format: ${format}`,
    `label: ${label.replace('p-', 'f-')}`,
    `uuid: ${uuidOf(part)}`,
    ...(path === undefined ? [] : [`path: ${path}`]),
    `with_mount_unit: ${path !== undefined || format === 'swap'}`,
  ];
  return `    - {${fields.join(', ')}}`;
}

const vfatMount = '/srv/vfat';

const config = `variant: flatcar
version: 1.0.0
storage:
  disks:
    - device: /dev/disk/by-id/virtio-data
      partitions:
${partitions.join('\n')}
  filesystems:
${parts.map(filesystemOf).join('\n')}
systemd:
  units:
    - name: srv-vfat.mount
      enabled: true
      contents: |
        [Mount]
        What=/dev/disk/by-partlabel/p-vfat
        Where=${vfatMount}
        Type=vfat
        [Install]
        WantedBy=local-fs.target
`;

async function blkid(machine: Machine, tag: string, label: string): Promise<string> {
  const device = `/dev/disk/by-partlabel/${label}`;
  return await machine.output(['blkid', '-p', '-o', 'value', '-s', tag, device], { sudo: true });
}

async function checkMounted(machine: Machine): Promise<void> {
  for (const { format, path } of parts) {
    if (format === 'swap') continue;
    const where = path ?? vfatMount;
    const seen = await machine.output(['findmnt', '-no', 'FSTYPE', where]);
    check.equal(seen, format, `file system at ${where}`);
  }
  const swaps = await machine.output(['swapon', '--show=NAME,SIZE', '--noheadings', '--bytes'], {
    sudo: true,
  });
  const [, size] = check.matches(swaps, /^\S+\s+(\d+)$/m, 'swapon --show');
  check.ok(Number(size) > 60 * 2 ** 20, 'the swap area has its size', size);
}

export default defineSuite({
  id: 'ignition/second-disk',
  summary:
    'Partitions, ext4, xfs, btrfs, vfat and swap are as the config says, mounted at every boot.',
  claims: ['I26', 'I28', 'S06', 'S07'],
  tags: ['ignition', 'storage', 'butane', 'reboot'],
  topology: singleMachine({
    disks: [{ name: 'data', sizeMiB: 768 }],
    provisioning: { kind: 'butane', config },
  }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the partitions have their sizes and types', async () => {
      const columns = ['lsblk', '-rnbo', 'PARTLABEL,SIZE,PARTTYPE', '/dev/vdb'] as const;
      const seen = (await main.output(columns)).split('\n').filter((line) => /^p-/.test(line));
      const wanted = parts.map(
        ({ label, sizeMiB, type }) => `${label} ${sizeMiB * 2 ** 20} ${type}`,
      );
      check.equal(seen.sort().join('\n'), [...wanted].sort().join('\n'), 'partitions of vdb');
    });
    await step('the file systems have their types, labels and identity', async () => {
      for (const part of parts) {
        const { label, format } = part;
        check.equal(await blkid(main, 'TYPE', label), format, `type of ${label}`);
        const name = (await blkid(main, 'LABEL', label)).toLowerCase();
        check.equal(name, label.replace('p-', 'f-'), `label of ${label}`);
        check.equal(await blkid(main, 'UUID', label), uuidOf(part), `UUID of ${label}`);
      }
    });
    await step('they are mounted', async () => await checkMounted(main));
    await step('they are mounted after a reboot', async () => {
      await main.reboot();
      await settled(main);
      await checkMounted(main);
    });
  },
});
