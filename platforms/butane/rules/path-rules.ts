/**
 * Ignition's rules for paths.
 */

import { isAbsolute, normalize } from 'node:path/posix';

/** Why a path can't be used; undefined if it can. */
export function problemOfPath(path: string | undefined): string | undefined {
  if (!path) return 'the path is missing';
  if (!isAbsolute(path)) return 'the path is not absolute';
  return cleanPath(path) === path ? undefined : 'the path is not simplified';
}

/** Like Go's `path.Clean`: no `.`, `..`, double or trailing slash. */
export function cleanPath(path: string): string {
  const normal = normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
