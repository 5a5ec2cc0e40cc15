/**
 * The version of Switchyard itself and its code, which records name.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../harness/base/project-root.js';

/** As `package.json` has it. */
export async function ownVersion(): Promise<string> {
  const text = await readFile(join(projectRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** SHA-256 over its sources, lower-case hexadecimal; undefined when the launcher did not build them. */
export async function ownCode(): Promise<string | undefined> {
  const file = join(projectRoot(), 'dist', 'code.sha256');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text?.trim();
}
