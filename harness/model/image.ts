/**
 * What the harness knows about an image before it boots: who made it, what it can do, and which
 * bytes it is. The descriptor is stored as `descriptor.json` beside the image, or made from the
 * image itself.
 */

import type { UpdateRelease } from './updates.js';

export type Arch = 'amd64' | 'arm64';
export type Firmware = 'bios' | 'uefi';
export type Channel = 'alpha' | 'beta' | 'stable' | 'lts' | 'developer';

/** The schema version that this code reads and writes. */
export const imageDescriptorSchema = 1;

/** A file that belongs to an image; `file` is relative to the descriptor's directory. */
export interface ImageFile {
  readonly file: string;
  readonly sizeBytes: number;
  /** Lower-case hexadecimal SHA-256 of the file. */
  readonly sha256: string;
}

/** The bootable disk. `virtualBytes` is the size that the guest sees. */
export interface ImageDisk extends ImageFile {
  readonly format: 'qcow2' | 'raw';
  readonly virtualBytes: number;
}

/**
 * A file that suites may use and that is kept outside the disk: a sysext, an OCI archive, a static
 * program. One that was given beside the image, or lent by another image, has an absolute path.
 */
export interface ImageExtra extends ImageFile {
  readonly name: string;
  readonly type: 'sysext' | 'oci-archive' | 'program' | 'file';
  /** The name of the image that it came with, where that is another one. */
  readonly lentBy?: string;
}

export interface PackageVersion {
  readonly name: string;
  readonly version: string;
}

/** A release artifact as suites and the gate see it. Versions are os-release's `VERSION_ID`. */
export interface ImageDescriptor {
  readonly schema: number;
  /** Short and stable, part of case ids: `reference-amd64`, `flatcar-amd64`. */
  readonly name: string;
  /** os-release's `NAME` and `ID`. */
  readonly osName: string;
  readonly osId: string;
  readonly channel: Channel;
  readonly version: string;
  readonly arch: Arch;
  /** `amd64-usr` or `arm64-usr`. */
  readonly board: string;
  readonly disk: ImageDisk;
  readonly firmware: readonly Firmware[];
  /** What the image can do, by name; a suite's `needs` are looked up here. */
  readonly capabilities: readonly string[];
  readonly extras: readonly ImageExtra[];
  readonly packages: readonly PackageVersion[];
  /** The root hash of the first slot's /usr, in lower-case hexadecimal, where it is known. */
  readonly usrHash?: string | undefined;
  /** How the image came to be: the builder's key, or `described` for one that was only read. */
  readonly origin: string;
}

/** A descriptor and the directory that its file names are relative to. */
export interface Image {
  readonly directory: string;
  readonly descriptor: ImageDescriptor;
  /** By name: those that the suites of a run can update to. */
  readonly releases?: ReadonlyMap<string, UpdateRelease>;
}
