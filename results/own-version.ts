/**
 * The version of Switchyard itself, which records name.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../harness/base/project-root.js';

/** As `package.json` has it. */
export async function ownVersion(): Promise<string> {
  const text = await readFile(join(projectRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
