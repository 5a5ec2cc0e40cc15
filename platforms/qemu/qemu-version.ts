/**
 * Which QEMU is installed, and whether it is new enough.
 */

import { execa } from 'execa';
import { UsageError } from '../../harness/base/errors.js';

/**
 * 7.2 fails under TCG with kernel 6.12 (a double fault from a broken cmpxchg16b); 8.2 is the first
 * that also migrates to `file:` URIs.
 */
export const requiredQemu = '8.2';

/** What to do about a QEMU that is missing or too old. */
export const installQemu =
  `install QEMU ${requiredQemu} or later ` +
  '(Debian 12: apt-get install -t bookworm-backports qemu-system-x86 qemu-utils)';

/** The `x.y.z` of `qemu-system-x86_64 --version`, or undefined if the text holds none. */
export function parseQemuVersion(text: string): string | undefined {
  return /\bversion (\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];
}

/** Compares dotted numbers; missing parts count as 0. */
export function isAtLeast(version: string, required: string): boolean {
  const [have, need] = [version.split('.').map(Number), required.split('.').map(Number)];
  for (let i = 0; i < need.length; i += 1) {
    const difference = (have[i] ?? 0) - (need[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** The QEMU that is installed, or what is wrong with it. */
export type QemuFinding =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly code: 'NO_QEMU' | 'QEMU_TOO_OLD'; readonly finding: string };

/** What was found good, by PATH: a tenth of a second each time, and it stays what it is. */
const known = new Map<string, QemuFinding>();

/** Asks the QEMU on the PATH for its version, once unless it is missing or too old. */
export async function inspectQemu(): Promise<QemuFinding> {
  const path = process.env.PATH ?? '';
  const found = known.get(path) ?? (await askQemu());
  if (found.ok) known.set(path, found);
  return found;
}

async function askQemu(): Promise<QemuFinding> {
  const options = { reject: false, timeout: 10_000 } as const;
  const result = await execa('qemu-system-x86_64', ['--version'], options);
  return judgeQemu(result.failed ? undefined : parseQemuVersion(result.stdout));
}

/** Judges a version; undefined means that there is no QEMU. */
export function judgeQemu(version: string | undefined): QemuFinding {
  if (version === undefined) {
    return { ok: false, code: 'NO_QEMU', finding: 'qemu-system-x86_64 was not found' };
  }
  if (isAtLeast(version, requiredQemu)) return { ok: true, version };
  const finding = `QEMU ${version} is too old, ${requiredQemu} is needed`;
  return { ok: false, code: 'QEMU_TOO_OLD', finding };
}

/** The version of the QEMU on the PATH. Throws NO_QEMU, QEMU_TOO_OLD (usage). */
export async function requireQemu(): Promise<string> {
  const found = await inspectQemu();
  if (found.ok) return found.version;
  throw new UsageError(found.code, `${found.finding}; ${installQemu}`);
}
