/**
 * Changes of the builder's own sources that a variant asks for: the update agent, the initrd, the boot
 * loader's module.
 */

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceEdit } from './build-options.js';

/** A copy of the sources in `target` with the changes in it. */
export async function copyEdited(
  source: string,
  target: string,
  edits: readonly SourceEdit[],
): Promise<void> {
  await cp(source, target, { recursive: true });
  for (const edit of edits) {
    const path = join(target, edit.file);
    await writeFile(path, applyEdit(await readFile(path, 'utf8'), edit));
  }
}

/** Throws RangeError when the source is not what the edit was written for. */
export function applyEdit(text: string, { file, from, to }: SourceEdit): string {
  const count = text.split(from).length - 1;
  if (count === 1) return text.replace(from, () => to);
  throw new RangeError(`${file} has ${count} times what should be there once: ${from}`);
}

/** Whether the update agent must be built anew: it comes with the tree that all variants share. */
export function changesAgent(edits: readonly SourceEdit[]): boolean {
  return edits.some(({ file }) => file.startsWith('agent/'));
}
