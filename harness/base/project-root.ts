/**
 * Where the project's own files are, seen from compiled code that lies under `dist/`.
 */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory that holds `package.json`, found upwards from this file. */
export function projectRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}

/** The directory of compiled JavaScript that mirrors the source tree. */
export function compiledRoot(): string {
  return join(projectRoot(), 'dist');
}
