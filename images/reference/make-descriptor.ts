/**
 * Describes a finished build: its files with sizes and digests, its packages, and what it can do.
 */

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfFile } from '../../harness/base/hash-file.js';
import {
  type ImageDescriptor,
  type ImageExtra,
  type ImageFile,
  imageDescriptorSchema,
  type PackageVersion,
} from '../../harness/model/image.js';
import type { ImageSettings } from './build-options.js';
import { osId, osName } from './image-settings-files.js';
import { diskBytes } from './layout.js';

/** What the image can do; suites name these in `needs`. */
export const capabilities: readonly string[] = [
  ...['verity', 'ab-slots', 'gpt-priorities', 'etc-overlay', 'grub'],
  ...['ignition', 'ignition-3.3', 'ignition-kargs', 'ignition-fw-cfg-coreos'],
  // The second name is read by a unit of the image, not by Debian's Ignition itself.
  ...['ignition-fw-cfg-flatcar', 'ignition-fw-cfg-shim'],
  ...['sysext', 'docker', 'containerd', 'systemd-257', 'console-autologin'],
  ...['flatcar-reset', 'clevis', 'fips'],
  ...['update-engine', 'locksmith', 'flatcar-update'],
  // A slot is marked good by units of their own, after a target that workloads can join.
  'boot-complete',
  // Promises of this image's agent that the original does not make: what became of an update is known
  // without a record of it, and flatcar-update that is ended restores the settings.
  ...['roll-back-without-record', 'flatcar-update-restores'],
  // A unit of the initrd talks to the harness over the virtio port org.switchyard.hold.
  'hold-before-ignition',
  // The same over org.switchyard.journal, in the real root too.
  'journal-stream',
];

/** Extensions beside the image: a runtime, servers for suites, a directory client, cluster software. */
const offeredSysexts = ['podman', 'servers', 'etcd', 'sssd', 'cluster'] as const;

/** Reads the files of a finished build directory and describes them. */
export async function makeDescriptor(
  directory: string,
  settings: ImageSettings,
  origin: string,
): Promise<ImageDescriptor> {
  const disk = await describeFile(directory, 'disk.qcow2');
  const sysexts: ImageExtra[] = [];
  for (const extra of offeredSysexts) {
    const file = await describeFile(directory, `flatcar-${extra}.raw`);
    sysexts.push({ ...file, name: extra, type: 'sysext' });
  }
  const nginx = await describeFile(directory, 'nginx-oci.tar');
  const busybox = await describeFile(directory, 'busybox');
  const { name } = settings.variant;
  return {
    schema: imageDescriptorSchema,
    name: name === 'standard' ? 'reference-amd64' : `reference-${name}-amd64`,
    osName,
    osId,
    channel: settings.channel,
    version: settings.version,
    arch: 'amd64',
    board: 'amd64-usr',
    disk: { ...disk, format: 'qcow2', virtualBytes: diskBytes() },
    firmware: ['bios', 'uefi'],
    capabilities,
    extras: [
      ...sysexts,
      { ...nginx, name: 'nginx', type: 'oci-archive' },
      { ...busybox, name: 'busybox', type: 'program' },
    ],
    packages: await readPackages(join(directory, 'packages.tsv')),
    usrHash: await readUsrHash(directory),
    origin,
  };
}

/** `version.txt` with the keys of Flatcar's. */
export function versionText({ version, channel }: ImageSettings): string {
  const [build = '', branch = '', patch = ''] = version.split('.');
  const lines = [
    `FLATCAR_BUILD=${build}`,
    `FLATCAR_BRANCH=${branch}`,
    `FLATCAR_PATCH=${patch}`,
    `FLATCAR_VERSION=${version}`,
    `FLATCAR_VERSION_ID=${version}`,
    `FLATCAR_BUILD_ID="${channel}"`,
    `FLATCAR_SDK_VERSION=${version}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Of a file of the directory. */
export async function describeFile(directory: string, file: string): Promise<ImageFile> {
  const path = join(directory, file);
  return { file, sizeBytes: (await stat(path)).size, sha256: await sha256OfFile(path) };
}

/** The builder's last step has left it beside the number of blocks. */
async function readUsrHash(directory: string): Promise<string> {
  const [hash = ''] = (await readFile(join(directory, 'verity'), 'utf8')).split(' ');
  return hash;
}

async function readPackages(path: string): Promise<readonly PackageVersion[]> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n').sort();
  return lines.map((line) => {
    const [name = '', version = ''] = line.split('\t');
    return { name, version };
  });
}
