/**
 * Machines without a system disk: /usr is in the archive that they boot, the root in memory.
 */

import type { Machine } from '../../harness/model/machine.js';
import type { SuiteLimits } from '../../harness/model/suite.js';
import { configUrl, type Role } from '../../harness/model/topology.js';
import { check } from './check.js';
import { rebootLimits } from './running.js';

/** The address of the server that hands the system out. */
const server = '10.0.2.100';
const script = 'boot.ipxe';

/** What a suite needs whose machines are made by {@link networkBoot}. */
export const networkBootNeeds = [
  'bios',
  'network-boot',
  'services',
  'extra:pxe-kernel',
  'extra:pxe-image',
];

/** Flatcar's guides ask for so much: all of the archive is in memory. */
export const liveMemoryMiB = 3072;

/** The archive has to come over the network, too, at each boot. */
export const liveLimits: Partial<SuiteLimits> = { ...rebootLimits, bootMs: 480_000 };

/**
 * A role that boots by iPXE, as Flatcar's guide to bare metal has it: a script from a TFTP server, and by
 * HTTP the kernel, with these arguments beside those that everybody needs, the archive, and this config.
 */
export function networkBoot(
  butane: string,
  kernelArguments: readonly string[] = [],
): Partial<Role> {
  const provisioned = ['flatcar.first_boot=1', `ignition.config.url=${configUrl}`];
  const console = ['initrd=pxe_image.cpio.gz', 'console=ttyS0,115200n8'];
  const words = [...console, ...provisioned, ...kernelArguments];
  const lines = [
    '#!ipxe',
    `kernel http://${server}/pxe.vmlinuz ${words.join(' ')}`,
    `initrd http://${server}/pxe_image.cpio.gz`,
    'boot',
  ];
  return {
    boot: { kind: 'network', file: script },
    memoryMiB: liveMemoryMiB,
    provisioning: { kind: 'butane', config: butane, byUrl: true },
    services: [
      { kind: 'tftp', files: { [script]: `${lines.join('\n')}\n` } },
      {
        ...{ kind: 'http', address: server, port: 80, files: {} },
        extras: { '/pxe.vmlinuz': 'pxe-kernel', '/pxe_image.cpio.gz': 'pxe-image' },
      },
    ],
  };
}

/** The types of the file systems that are mounted there, the lowest first. */
export async function fileSystemsAt(machine: Machine, path: string): Promise<readonly string[]> {
  return (await machine.output(['findmnt', '-no', 'FSTYPE', path])).split('\n');
}

/** /usr is what came with the kernel, extensions may lie over it, and nothing writes to it. */
export async function checkLiveUsr(machine: Machine): Promise<void> {
  const [lowest = ''] = await fileSystemsAt(machine, '/usr');
  check.matches(lowest, /^(squashfs|erofs)$/, 'file system of /usr');
  const touch = await machine.exec(['touch', '/usr/anchor'], { sudo: true });
  check.fails(touch, 'touch /usr/anchor');
}
