/**
 * Makes a descriptor for a disk that came without one, from what is found inside of it.
 */

import { basename } from 'node:path';
import { makeTempDirectory, removeTree } from '../harness/base/run-dir.js';
import { type ImageDescriptor, imageDescriptorSchema } from '../harness/model/image.js';
import type { Disk } from './disk-reader.js';
import { notAnImage } from './image-errors.js';
import {
  boardOf,
  capabilitiesOf,
  channelOf,
  firmwareOf,
  type ImageContents,
  usrHashOf,
} from './image-facts.js';
import { lookInside } from './look-inside.js';

/** Size and digest of the disk's file, which the caller has already determined. */
export interface DiskIdentity {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/**
 * Describes a disk; takes seconds for a release image. Throws NOT_AN_IMAGE (usage) when there is no
 * /usr with an os-release in it, MISSING_PACKAGES (usage) when a tool is not installed.
 */
export async function describeDisk(
  disk: Disk,
  identity: DiskIdentity,
  signal: AbortSignal,
): Promise<ImageDescriptor> {
  const directory = await makeTempDirectory('describe');
  try {
    const contents = await lookInside(disk, { directory, signal });
    return makeDescriptor(disk, identity, contents);
  } finally {
    await removeTree(directory);
  }
}

function makeDescriptor(
  disk: Disk,
  identity: DiskIdentity,
  contents: ImageContents,
): ImageDescriptor {
  const { osRelease, updateConf } = contents;
  const osName = osRelease.get('NAME');
  const osId = osRelease.get('ID');
  const version = osRelease.get('VERSION_ID');
  const board = boardOf(contents);
  if (!osName || !osId || !version) throw lacks(disk, 'NAME, ID or VERSION_ID');
  if (!board) throw lacks(disk, 'FLATCAR_BOARD amd64-usr or arm64-usr');
  const arch = board === 'amd64-usr' ? 'amd64' : 'arm64';
  const firmware = firmwareOf(contents, arch);
  if (firmware.length === 0) throw notAnImage(disk.path, `it has no boot loader for ${arch}`);
  return {
    schema: imageDescriptorSchema,
    name: `${osId}-${arch}`,
    osName,
    osId,
    channel: channelOf(updateConf.get('GROUP'), version),
    version,
    arch,
    board,
    disk: {
      file: basename(disk.path),
      format: disk.format,
      virtualBytes: disk.virtualBytes,
      ...identity,
    },
    firmware,
    capabilities: capabilitiesOf(contents, arch),
    extras: [],
    packages: [],
    usrHash: usrHashOf(contents, arch),
    origin: 'described',
  };
}

function lacks(disk: Disk, fields: string): Error {
  return notAnImage(disk.path, `os-release of its /usr lacks ${fields}`);
}
