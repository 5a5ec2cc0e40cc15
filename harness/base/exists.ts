/**
 * Whether something is there.
 */

import { access } from 'node:fs/promises';

/** Of any kind. What may not be looked at counts as not there. */
export async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
