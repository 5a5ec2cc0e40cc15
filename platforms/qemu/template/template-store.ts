/**
 * The cache of templates: finds whole ones, keeps half-made ones out of sight, and throws out the
 * least recently used when it grows too large. Safe for several commands at once.
 */

import { mkdir, readdir, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { InfrastructureError } from '../../../harness/base/errors.js';
import { holdLock } from '../../../harness/base/lock.js';
import { ownedName } from '../../../harness/base/owned-name.js';
import { removeTree } from '../../../harness/base/run-dir.js';
import { syncDirectory } from '../../../harness/base/sync-files.js';
import { firstChange } from './checksums.js';
import {
  type Template,
  type TemplateMeta,
  templateFiles,
  templateSchemaVersion,
} from './template.js';
import { describeFiles, isWhole, occupied, readHistory, readMeta } from './template-files.js';

/** What the maker of a template knows of it; the store adds what it sees of the files. */
export type TemplateFacts = Omit<TemplateMeta, 'schema' | 'files' | 'createdAt'>;

export class TemplateStore {
  /** Images, by their digest, that could not be held before Ignition, and why: once is enough. */
  readonly unholdable = new Map<string, string>();
  /** Of templates: ends well where the files are known to be what they were. */
  readonly #verified = new Map<string, Promise<void>>();
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
    if (!isOurs) return undefined;
    try {
      if (!(await isWhole(directory, meta))) return undefined;
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
    const files = await describeFiles(draft);
    const createdAt = new Date().toISOString();
    const meta: TemplateMeta = { schema: templateSchemaVersion, ...facts, createdAt, files };
    await writeFile(join(draft, templateFiles.meta), JSON.stringify(meta), { mode: 0o600 });
    const directory = join(this.#directory, facts.key);
    // A power cut must not leave sizes and times of what is not there.
    await syncDirectory(draft);
    await removeTree(directory);
    await rename(draft, directory);
    await this.#evict(facts.key);
    this.#verified.set(nameOf(meta), Promise.resolve());
    return { directory, meta, history };
  }

  /**
   * Reads what no fork has time for, once for all of them: the files of a template, byte for byte. Throws
   * BAD_TEMPLATE (infrastructure).
   */
  async verify(template: Template): Promise<void> {
    const name = nameOf(template.meta);
    const isKnown =
      (await this.#verified.get(name)?.then(
        () => true,
        () => false,
      )) ?? false;
    if (isKnown) return;
    const verified = requireUnchanged(template);
    this.#verified.set(name, verified);
    await verified;
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

/** One that was made anew is another. */
function nameOf({ key, createdAt }: TemplateMeta): string {
  return `${key} ${createdAt}`;
}

async function requireUnchanged({ directory, meta }: Template): Promise<void> {
  for (const { name, checksums } of meta.files) {
    const path = join(directory, name);
    const at = await firstChange(path, checksums);
    if (at === undefined) continue;
    const message = `${path} is not what it was at byte ${at}`;
    throw new InfrastructureError('BAD_TEMPLATE', message, { phase: 'qemu' });
  }
}

/** Templates are named by their keys, in hexadecimal; drafts and the format file are not. */
function isTemplate(name: string): boolean {
  return /^[0-9a-f]+$/.test(name);
}
