/**
 * Processes of a cluster that nobody has noted: their command died between their start and the note, or
 * before the kernel was told to end them with it. Their own command lines say whose they are.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import { identifyProcess, type ProcessIdentity } from '../../harness/base/host-process.js';
import { tempPrefix } from '../../harness/base/owned-name.js';

/** What a cluster starts; setpriv(1) becomes the other two. An editor or a pager of files there is not ours. */
const programs = /^(?:qemu-system-[\w-]+|swtpm|setpriv)$/;

/** Living processes of this user and of these programs whose arguments name a file below one of ours. */
export function processesIn(directories: readonly string[]): readonly ProcessIdentity[] {
  const ours = directories.filter(isOurs);
  if (ours.length === 0) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).flatMap((pid) => {
    // Before its arguments are read: whoever has the pid by then is not who will be ended.
    const identity = identifyProcess(pid);
    return identity && isOwn(pid) && names(argvOf(pid), ours) ? [identity] : [];
  });
}

/** A damaged state file must not be able to name a directory of others. */
function isOurs(directory: string): boolean {
  return isAbsolute(directory) && basename(directory).startsWith(`${tempPrefix}-`);
}

function isOwn(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return statSync(`/proc/${pid}`).uid === process.getuid?.();
  } catch {
    return false;
  }
}

function argvOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** In values of QEMU's options a comma is written twice. */
function names(
  [program = '', ...args]: readonly string[],
  directories: readonly string[],
): boolean {
  if (!programs.test(basename(program))) return false;
  const below = directories.map((directory) => `${directory}/`);
  return args.some((arg) => below.some((path) => arg.replaceAll(',,', ',').includes(path)));
}
