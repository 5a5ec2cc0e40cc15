/**
 * The files directory: what a config may embed, and nothing outside of it. The original follows
 * symbolic links out of the directory; here they are refused.
 */

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';

/** Why a local path can't be used. */
export class LocalFileError extends Error {}

const noDirectory = 'local paths need a files directory: name it with --files-dir';

/** The path of a local file or directory on the host. Throws {@link LocalFileError}. */
export function locateLocal(path: string, filesDir: string | undefined): string {
  if (filesDir === undefined) throw new LocalFileError(noDirectory);
  // Without a slash at its end, which would follow a link.
  const located = join(filesDir, path).replace(/(?<=.)\/$/, '');
  if (!isInside(located, filesDir)) {
    throw new LocalFileError(`${path} leads out of the files directory`);
  }
  return attempt(path, () => {
    if (!isInside(realpathSync(located), realpathSync(filesDir))) {
      throw new LocalFileError(`${path} is a symbolic link out of the files directory`);
    }
    return located;
  });
}

/** The contents of a local file. Throws {@link LocalFileError}. */
export function readLocal(path: string, filesDir: string | undefined): Buffer {
  const located = locateLocal(path, filesDir);
  return attempt(path, () => {
    const stats = statSync(located);
    if (stats.isDirectory()) throw new LocalFileError(`${path} is a directory`);
    if (!stats.isFile()) throw new LocalFileError(`${path} is no regular file`);
    return readFileSync(located);
  });
}

function isInside(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  EACCES: 'permission denied',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
};

/** Does something with files; what goes wrong is told with the path that the config has. */
export function attempt<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof LocalFileError) throw cause;
    const { code = '', message } = cause as NodeJS.ErrnoException;
    throw new LocalFileError(`${path}: ${reasons[code] ?? message}`);
  }
}
