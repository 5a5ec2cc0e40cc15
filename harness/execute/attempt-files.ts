/**
 * The files that execution itself keeps of an attempt. A host that can't keep them is at fault, not
 * the suite.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InfrastructureError, toError } from '../base/errors.js';

/** Far below what file systems allow (255 bytes), so that a number can be added. */
const longestName = 120;

/** Makes an attempt's directory. Throws DISK_FULL or ARTIFACT_FAILED (infrastructure). */
export async function makeAttemptDirectory(path: string): Promise<void> {
  await kept(path, mkdir(path, { recursive: true }));
}

/** The attachments of one attempt: safe names, none twice. */
export class Attachments {
  readonly #root: string;
  readonly #directory: string;
  readonly #taken = new Set<string>();

  /** `directory` is relative to `root`, the run's directory; it is made when first needed. */
  constructor(root: string, directory: string) {
    this.#root = root;
    this.#directory = directory;
  }

  /**
   * Writes the contents and returns the file relative to the root. A name that was used before gets
   * a number. Throws DISK_FULL or ARTIFACT_FAILED (infrastructure).
   */
  async write(name: string, contents: string | Uint8Array): Promise<string> {
    const file = join(this.#directory, this.#claim(safeName(name)));
    const path = join(this.#root, file);
    await kept(path, mkdir(join(this.#root, this.#directory), { recursive: true }));
    await kept(path, writeFile(path, contents));
    return file;
  }

  /** Claims at once, before the first write ends: attachments may be written side by side. */
  #claim(name: string): string {
    let free = name;
    for (let n = 2; this.#taken.has(free); n++) free = `${n}-${name}`;
    this.#taken.add(free);
    return free;
  }
}

/** Letters, digits, `_`, `-` and inner dots: neither a hidden file nor a way out of the directory. */
function safeName(name: string): string {
  const safe = name.replaceAll(/[^A-Za-z0-9_.-]+/g, '_').replace(/^\.+/, '');
  return safe.slice(0, longestName) || 'attachment';
}

async function kept(path: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    const cause = toError(thrown);
    const isFull = ['ENOSPC', 'EDQUOT'].includes((cause as NodeJS.ErrnoException).code ?? '');
    const message = `cannot write ${path}: ${cause.message}; choose another place with --runs DIR`;
    const code = isFull ? 'DISK_FULL' : 'ARTIFACT_FAILED';
    throw new InfrastructureError(code, message, { cause, phase: 'host' });
  }
}
