/** Files of docs/ that are made from the code. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Test } from 'tap';
import { projectRoot } from '../../harness/base/project-root.js';

/**
 * Holds a file of docs/ against what the code says, or writes it anew, formatted like all the rest,
 * when `SWITCHYARD_UPDATE_DOCS` is 1.
 *
 * @param wanted the whole text, or what a JSON file is to hold
 */
export async function upToDate(t: Test, file: string, wanted: string | object): Promise<void> {
  const path = join(projectRoot(), 'docs', file);
  if (process.env['SWITCHYARD_UPDATE_DOCS'] === '1') await write(path, wanted);
  const seen = await readFile(path, 'utf8');
  if (typeof wanted === 'string') t.equal(seen, wanted, file);
  else t.same(JSON.parse(seen), JSON.parse(JSON.stringify(wanted)), file);
}

async function write(path: string, wanted: string | object): Promise<void> {
  await writeFile(path, typeof wanted === 'string' ? wanted : JSON.stringify(wanted));
  if (typeof wanted === 'string') return;
  await execa({ preferLocal: true, cwd: projectRoot() })`biome format --write ${path}`;
}
