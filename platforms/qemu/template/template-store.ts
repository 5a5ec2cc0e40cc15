/**
 * The cache of templates: finds whole ones, keeps half-made ones out of sight, and throws out the
 * least recently used when it grows too large. Safe for several commands at once.
 */

import { mkdir, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { z } from 'zod';
import { InfrastructureError } from '../../../harness/base/errors.js';
import { sha256OfFile } from '../../../harness/base/hash-file.js';
import { holdLock } from '../../../harness/base/lock.js';
import { ownedName } from '../../../harness/base/owned-name.js';
import { removeTree } from '../../../harness/base/run-dir.js';
import { syncDirectory } from '../../../harness/base/sync-files.js';
import { type Template, type TemplateMeta, templateFiles, templateMetaSchema } from './template.js';

/** What the maker of a template knows of it; the store adds what it sees of the files. */
export type TemplateFacts = Omit<TemplateMeta, 'schema' | 'files' | 'stateSha256' | 'createdAt'>;

export class TemplateStore {
  /** Images, by their digest, that could not be held before Ignition, and why: once is enough. */
  readonly unholdable = new Map<string, string>();
  readonly #directory: string;
  readonly #limitBytes: number;

  /** `limitBytes` bounds the sum of what the templates occupy on disk. */
  constructor(options: { readonly directory: string; readonly limitBytes: number }) {
    this.#directory = options.directory;
    this.#limitBytes = options.limitBytes;
  }

  /**
   * The whole and unchanged template of a key and this QEMU. Removes nothing: without the key's lock
   * that might be what somebody else has just published.
   */
  async find(key: string, qemuVersion: string): Promise<Template | undefined> {
    const directory = join(this.#directory, key);
    const meta = await readMeta(directory);
    const isOurs = meta?.key === key && meta.qemu === qemuVersion;
    if (!isOurs || !(await isWhole(directory, meta))) return undefined;
    try {
      const now = new Date();
      await utimes(directory, now, now);
      return { directory, meta, history: await readHistory(directory) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** What went wrong with a template's files: one that is missing was evicted by another command. */
  explain(error: unknown): unknown {
    const { path = '' } = error as NodeJS.ErrnoException;
    if (!isMissing(error) || !path.startsWith(`${this.#directory}${sep}`)) return error;
    const text = `another command has evicted ${path}; is the cache of templates too small?`;
    return new InfrastructureError('TEMPLATE_GONE', text, { phase: 'qemu', cause: error });
  }

  /** The same under the key's lock: what is there and can't be trusted is removed. */
  async findOrClear(key: string, qemuVersion: string): Promise<Template | undefined> {
    const found = await this.find(key, qemuVersion);
    if (!found) await removeTree(join(this.#directory, key));
    return found;
  }

  /** Held by whoever looks for a template that it would make if there is none. */
  async lock(key: string, signal: AbortSignal): Promise<AsyncDisposable> {
    return await holdLock(`template ${this.#directory} ${key}`, { signal });
  }

  /** An empty directory for the files of a template that is being made; reaped once we are dead. */
  async draft(): Promise<string> {
    const directory = join(this.#directory, ownedName('draft'));
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return directory;
  }

  /** Makes a finished draft available under its key. The caller holds the key's lock. */
  async publish(
    draft: string,
    facts: TemplateFacts,
    history: readonly string[],
  ): Promise<Template> {
    await writeFile(join(draft, templateFiles.history), JSON.stringify(history));
    const stateSha256 = await sha256OfFile(join(draft, templateFiles.state));
    const files = await describeFiles(draft);
    const createdAt = new Date().toISOString();
    const meta: TemplateMeta = { schema: 1, ...facts, createdAt, files, stateSha256 };
    await writeFile(join(draft, templateFiles.meta), JSON.stringify(meta), { mode: 0o600 });
    const directory = join(this.#directory, facts.key);
    // Later only sizes and times are looked at, and those would fit what a power cut left empty.
    await syncDirectory(draft);
    await removeTree(directory);
    await rename(draft, directory);
    await this.#evict(facts.key);
    return { directory, meta, history };
  }

  /** Forgets a template that turned out to be no good, unless another has taken its place. */
  async discard({ directory, meta }: Template, signal: AbortSignal): Promise<void> {
    await using _lock = await this.lock(meta.key, signal);
    const present = await readMeta(directory);
    if (present === undefined || present.createdAt === meta.createdAt) await removeTree(directory);
  }

  /** Forks have links to the files, see `link-files.ts`. */
  async #evict(newest: string): Promise<void> {
    const entries = await this.#entries();
    let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { name, bytes } of entries) {
      if (total <= this.#limitBytes) return;
      if (name === newest) continue;
      await removeTree(join(this.#directory, name));
      total -= bytes;
    }
  }

  /** Least recently used first. */
  async #entries(): Promise<{ name: string; bytes: number; usedMs: number }[]> {
    const names = (await readdir(this.#directory)).filter((name) => isTemplate(name));
    const entries = await Promise.all(
      names.map(async (name) => {
        const directory = join(this.#directory, name);
        const used = await stat(directory).catch(() => undefined);
        return { name, bytes: await occupied(directory), usedMs: used?.mtimeMs ?? 0 };
      }),
    );
    return entries.sort((a, b) => a.usedMs - b.usedMs);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** Templates are named by their keys, in hexadecimal; drafts and the format file are not. */
function isTemplate(name: string): boolean {
  return /^[0-9a-f]+$/.test(name);
}

async function readMeta(directory: string): Promise<TemplateMeta | undefined> {
  try {
    const text = await readFile(join(directory, templateFiles.meta), 'utf8');
    return templateMetaSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function readHistory(directory: string): Promise<readonly string[]> {
  const text = await readFile(join(directory, templateFiles.history), 'utf8');
  return z.array(z.string()).parse(JSON.parse(text));
}

/**
 * The first file of a template that somebody has written to since it was complete. Memory and disks
 * are too large to be read through for every fork: sizes and times count. What another command has
 * evicted meanwhile is gone, and not written to.
 */
export async function firstTouched({ directory, meta }: Template): Promise<string | undefined> {
  for (const { name, sizeBytes, mtimeMs } of meta.files) {
    const seen = await stat(join(directory, name)).catch(() => undefined);
    if (seen && (seen.size !== sizeBytes || seen.mtimeMs !== mtimeMs)) return name;
  }
  return undefined;
}

async function isWhole(directory: string, meta: TemplateMeta): Promise<boolean> {
  const files = meta.files.map(({ name }) => stat(join(directory, name)).catch(() => undefined));
  if ((await Promise.all(files)).includes(undefined)) return false;
  if ((await firstTouched({ directory, meta, history: [] })) !== undefined) return false;
  return (await sha256OfFile(join(directory, templateFiles.state))) === meta.stateSha256;
}

async function describeFiles(directory: string): Promise<TemplateMeta['files']> {
  const names = (await readdir(directory)).sort();
  return await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(directory, name));
      return { name, sizeBytes: size, mtimeMs };
    }),
  );
}

/** Blocks of 512 bytes (stat(2)), since memory files are sparse. */
async function occupied(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  const sizes = names.map(async (name) => {
    const seen = await stat(join(directory, name)).catch(() => undefined);
    return (seen?.blocks ?? 0) * 512;
  });
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}
