/**
 * The single checks of the host. They look and leave nothing behind.
 */

import { constants } from 'node:fs';
import { access, mkdir, rmdir, stat, statfs } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { toError } from '../../harness/base/errors.js';
import { findUefi } from './firmware.js';
import { inspectQemu, installQemu, isAtLeast } from './qemu-version.js';

/** What a check found; a failing one says what to do next. */
export type PreflightFinding =
  | { readonly ok: true; readonly finding: string }
  | {
      readonly ok: false;
      /** Of the error that a run which needs it ends with. */
      readonly code: string;
      readonly finding: string;
      readonly remedy: string;
      /** Debian packages that would mend it. */
      readonly packages?: readonly string[];
    };

/** One property of the host. */
export interface PreflightCheck {
  /** Short and stable, such as `qemu`. */
  readonly name: string;
  readonly title: string;
  check(): Promise<PreflightFinding>;
}

const requiredNode = '20.19';
const requiredDiskMiB = 4_096;

/** The Node.js that runs this. */
export const nodeCheck: PreflightCheck = {
  name: 'node',
  title: 'Node.js',
  check: async () => {
    const { node } = process.versions;
    const finding = `Node.js ${node}`;
    if (isAtLeast(node, requiredNode)) return { ok: true, finding };
    return {
      ok: false,
      code: 'NODE_TOO_OLD',
      finding,
      remedy: `install Node.js ${requiredNode} or later`,
    };
  },
};

/** QEMU itself: present, and not too old. */
export const qemuCheck: PreflightCheck = {
  name: 'qemu',
  title: 'QEMU',
  check: async () => {
    const found = await inspectQemu();
    if (found.ok) return { ok: true, finding: `QEMU ${found.version}` };
    const packages = ['qemu-system-x86', 'qemu-utils'];
    return { ...found, remedy: installQemu, packages };
  },
};

/** A program on the PATH, and the Debian package that brings it. */
export function toolCheck(tool: string, debianPackage: string): PreflightCheck {
  return {
    name: tool,
    title: tool,
    check: async () => {
      const path = await findProgram(tool);
      if (path !== undefined) return { ok: true, finding: path };
      const remedy = `install the package ${debianPackage}`;
      return {
        ok: false,
        code: 'MISSING_TOOL',
        finding: `${tool} was not found`,
        remedy,
        packages: [debianPackage],
      };
    },
  };
}

async function findProgram(name: string): Promise<string | undefined> {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  for (const path of directories.map((directory) => join(directory, name))) {
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}

/** Firmware for machines that boot by UEFI. */
export const uefiCheck: PreflightCheck = {
  name: 'uefi',
  title: 'UEFI firmware',
  check: async () => {
    const firmware = await findUefi();
    if (firmware) return { ok: true, finding: firmware.code.path };
    const finding = 'no UEFI firmware without Secure Boot was found';
    return {
      ok: false,
      code: 'NO_UEFI_FIRMWARE',
      finding,
      remedy: 'install the package ovmf',
      packages: ['ovmf'],
    };
  },
};

/** What is kept from run to run must have a place. */
export function cacheCheck(directory: string): PreflightCheck {
  return writableCheck(directory, {
    ...{ name: 'cache', title: 'Cache directory', code: 'CACHE_NOT_WRITABLE' },
    remedy: 'set XDG_CACHE_HOME to a directory of yours',
  });
}

/** What a run leaves must have a place. */
export function runsCheck(directory: string): PreflightCheck {
  return writableCheck(directory, {
    ...{ name: 'runs', title: 'Run directories', code: 'RUN_DIRECTORY' },
    remedy: 'choose another place with --runs DIR',
  });
}

interface Place {
  readonly name: string;
  readonly title: string;
  readonly code: string;
  readonly remedy: string;
}

/** A directory that the harness must be able to write, or make. It is not made here. */
function writableCheck(directory: string, { name, title, code, remedy }: Place): PreflightCheck {
  const check = async (): Promise<PreflightFinding> => {
    try {
      await tryWriting(await nearestExisting(directory));
      return { ok: true, finding: directory };
    } catch (error) {
      const finding = `cannot write below ${directory}: ${toError(error).message}`;
      return { ok: false, code, finding, remedy };
    }
  };
  return { name, title, check };
}

/** Throws what the file system says where nothing can be made in a directory. */
export async function tryWriting(directory: string): Promise<void> {
  const probe = join(directory, `.probe-${process.pid}`);
  await mkdir(probe);
  await rmdir(probe);
}

/** The directory itself, or the ancestor in which it will be made. */
async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found || dirname(path) === path ? path : await nearestExisting(dirname(path));
}

/** Room on the file system of a directory, or of where it will be made. */
export function spaceCheck(name: string, title: string, directory: string): PreflightCheck {
  return {
    name,
    title,
    check: async () => {
      const freeMiB = await freeMiBAt(await nearestExisting(directory));
      const finding = `${freeMiB} MiB free at ${directory}`;
      if (freeMiB >= requiredDiskMiB) return { ok: true, finding };
      return {
        ok: false,
        code: 'NO_DISK_SPACE',
        finding,
        remedy: `make room for ${requiredDiskMiB} MiB there`,
      };
    },
  };
}

/** What is free for this user on the file system of a directory. */
export async function freeMiBAt(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return Math.floor((bavail * bsize) / 2 ** 20);
}
