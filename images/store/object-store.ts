/**
 * Downloaded files by their content: one file per SHA-512, which images in the cache share by hard
 * links. Whoever makes one holds its lock; an unfinished one lies beside it and is gone on with.
 */

import { link, mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { InfrastructureError, UsageError } from '../../harness/base/errors.js';
import { holdLock, type LockOptions } from '../../harness/base/lock.js';
import { verifyFile } from '../verify-file.js';

/** Where the objects are, inside the cache directory. */
export function objectsDirectory(cacheDirectory: string): string {
  return join(cacheDirectory, 'objects');
}

/** What is kept free on the disk, for whatever else writes there. */
const reserveBytes = 512 * 2 ** 20;

export class ObjectStore {
  readonly directory: string;
  readonly #cacheDirectory: string;

  constructor(cacheDirectory: string) {
    this.#cacheDirectory = cacheDirectory;
    this.directory = objectsDirectory(cacheDirectory);
  }

  /** Where the object is, or would be. */
  path(sha512: string): string {
    return join(this.directory, sha512);
  }

  /** Where it grows. The digest is of what is downloaded, which may be a compressed form. */
  partial(sha512: string): string {
    return `${this.path(sha512)}.part`;
  }

  /** Nobody else makes or removes it meanwhile. Dispose it. */
  async lock(sha512: string, options: LockOptions): Promise<AsyncDisposable> {
    await mkdir(this.directory, { recursive: true });
    return await holdLock(`object ${this.path(sha512)}`, options);
  }

  /** The object, checked; one that is damaged is removed, and undefined as one that is not there. */
  async find(sha512: string, signal: AbortSignal): Promise<string | undefined> {
    const path = this.path(sha512);
    if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
    const options = { cacheDirectory: this.#cacheDirectory, signal };
    try {
      await verifyFile(path, { algorithm: 'sha512', digest: sha512 }, options);
      return path;
    } catch (thrown) {
      if (!(thrown instanceof UsageError)) throw thrown;
      await rm(path, { force: true });
      return undefined;
    }
  }

  /** Takes over a file that has this digest. */
  async adopt(file: string, sha512: string): Promise<string> {
    await rename(file, this.path(sha512));
    return this.path(sha512);
  }

  /** Lets a directory have the object under a name. */
  async linkTo(sha512: string, path: string): Promise<void> {
    await link(this.path(sha512), path);
  }

  /** What all objects and unfinished ones occupy. */
  async sizeBytes(): Promise<number> {
    const names = await readdir(this.directory).catch(() => []);
    const found = await Promise.all(
      names.map(async (name) => await stat(join(this.directory, name)).catch(() => undefined)),
    );
    return found.reduce((sum, one) => sum + (one?.blocks ?? 0) * 512, 0);
  }

  /** Throws NO_DISK_SPACE (infrastructure) unless the file system has room for so many bytes more. */
  async requireSpace(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.directory);
    const freeBytes = bavail * bsize;
    if (freeBytes >= bytes + reserveBytes) return;
    const mebibytes = (value: number) => Math.ceil(value / 2 ** 20);
    const needed = `${mebibytes(bytes + reserveBytes)} MiB are needed in ${this.directory}`;
    const text = `${needed}, and ${mebibytes(freeBytes)} MiB are free`;
    const next = 'make room with: ./yard images gc --max-size GiB';
    throw new InfrastructureError('NO_DISK_SPACE', `${text}; ${next}`, { phase: 'host' });
  }
}
