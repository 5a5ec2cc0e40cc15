/**
 * Whether a process of ours still writes a file, by the descriptors that Linux shows (proc(5)).
 */

import { readdir, readFile, readlink } from 'node:fs/promises';
import { resolve } from 'node:path';

/** True when a process that we may look into has the file open for writing. */
export async function isOpenForWriting(path: string): Promise<boolean> {
  const wanted = resolve(path);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await writes(pid, wanted)) return true;
  }
  return false;
}

async function writes(pid: string, wanted: string): Promise<boolean> {
  const numbers = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const number of numbers) {
    const target = await readlink(`/proc/${pid}/fd/${number}`).catch(() => '');
    if (target === wanted && (await isWritable(pid, number))) return true;
  }
  return false;
}

/** The access mode is the last octal digit of the flags: 0 reads only (open(2)). */
async function isWritable(pid: string, number: string): Promise<boolean> {
  const info = await readFile(`/proc/${pid}/fdinfo/${number}`, 'utf8').catch(() => '');
  const flags = /^flags:\s*([0-7]+)/m.exec(info)?.[1] ?? '0';
  return (Number.parseInt(flags, 8) & 0o3) !== 0;
}
