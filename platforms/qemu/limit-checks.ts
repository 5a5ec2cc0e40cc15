/**
 * Checks of what the host, or a container, leaves to this process: memory, open files, and a place for
 * sockets. They leave nothing behind.
 */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFigure } from '../../harness/base/control-groups.js';
import { toError } from '../../harness/base/errors.js';
import { memoryLeft } from '../../harness/base/memory-limit.js';
import {
  freeMiBAt,
  type PreflightCheck,
  type PreflightFinding,
  tryWriting,
} from './host-checks.js';

/**
 * 107 bytes of a socket's address, less what the harness appends:
 * `/switchyard-SPACE-PID-START-RANDOM/NN/console.sock`.
 */
const maxTempPathBytes = 50;

/** Sockets take nothing; what is looked at of an image and of payloads lies there for a moment. */
const requiredTempMiB = 64;
const requiredMemoryMiB = 2_048;

/** One machine of the usual size and the harness: in a container that is given no more, cases take turns. */
const requiredInContainerMiB = 1_280;

/** A command has some twenty of each machine open; 1024 is what systems give to begin with. */
const requiredFiles = 1_024;

const chooseTemp = 'set TMPDIR to a directory of yours, such as /tmp';

/** Sockets are made in the temporary directory, which nobody makes. Their paths are limited. */
export const tempCheck: PreflightCheck = {
  name: 'temp',
  title: 'Temporary directory',
  check: async () => {
    const path = tmpdir();
    const bytes = Buffer.byteLength(path);
    if (bytes > maxTempPathBytes) {
      const finding = `the temporary directory's path has ${bytes} bytes, too many for sockets: ${path}`;
      const remedy = 'set TMPDIR to a shorter one, such as /tmp';
      return { ok: false, code: 'TEMP_PATH_TOO_LONG', finding, remedy };
    }
    return (await unwritable(path)) ?? (await room(path));
  },
};

async function unwritable(path: string): Promise<PreflightFinding | undefined> {
  try {
    await tryWriting(path);
    return undefined;
  } catch (error) {
    const finding = `cannot write in the temporary directory ${path}: ${toError(error).message}`;
    return { ok: false, code: 'TEMP_NOT_WRITABLE', finding, remedy: chooseTemp };
  }
}

async function room(path: string): Promise<PreflightFinding> {
  const freeMiB = await freeMiBAt(path);
  if (freeMiB >= requiredTempMiB) return { ok: true, finding: path };
  const finding = `${freeMiB} MiB free in the temporary directory ${path}`;
  const remedy = `make room for ${requiredTempMiB} MiB there, or ${chooseTemp}`;
  return { ok: false, code: 'NO_DISK_SPACE', finding, remedy };
}

/** Room for two small machines, or for one in a container that this runs in. `proc` is `/proc`. */
export function memoryCheck(proc?: string): PreflightCheck {
  const check = async (): Promise<PreflightFinding> => {
    const { availableMiB, limitMiB } = memoryLeft(proc);
    const limited = limitMiB === undefined ? '' : `, of ${limitMiB} MiB that the container may use`;
    const finding = `${availableMiB} MiB of memory available${limited}`;
    const neededMiB = limited === '' ? requiredMemoryMiB : requiredInContainerMiB;
    if (availableMiB >= neededMiB) return { ok: true, finding };
    const remedy = `free some${limited && ', or raise its limit'}: ${neededMiB} MiB are needed`;
    return { ok: false, code: 'NO_MEMORY', finding, remedy };
  };
  return { name: 'memory', title: 'Memory', check };
}

/** How many files a process may have open (getrlimit(2)); Node.js raises it as far as it may. */
export function openFilesCheck(proc = '/proc'): PreflightCheck {
  const check = async (): Promise<PreflightFinding> => {
    const text = readFigure(join(proc, 'self', 'limits'));
    const limit = /^Max open files\s+(\d+|unlimited)/m.exec(text)?.[1] ?? 'unlimited';
    const finding = `${limit} open files`;
    if (limit === 'unlimited' || Number(limit) >= requiredFiles) return { ok: true, finding };
    return {
      ...{ ok: false, code: 'NO_DESCRIPTORS', finding: `${finding} at most` },
      remedy: `raise the limit: ulimit -n ${requiredFiles}, or LimitNOFILE= of a service`,
    };
  };
  return { name: 'open-files', title: 'Open files', check };
}
