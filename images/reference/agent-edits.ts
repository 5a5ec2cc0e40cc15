/**
 * Changes of the update agent's source that a variant asks for: whole files, to be laid over the others.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageSettings, SourceEdit } from './build-options.js';

/** Writes the changed files below `directory`, which is not made when there are none. */
export async function writeAgentEdits(
  { source, settings }: { readonly source: string; readonly settings: ImageSettings },
  directory: string,
): Promise<void> {
  const edits = settings.variant.agentEdits ?? [];
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const before = await readFile(join(source, 'agent', file), 'utf8');
    const after = edits.filter((edit) => edit.file === file).reduce(applyEdit, before);
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), after);
  }
}

/** Throws RangeError when the source is not what the edit was written for. */
export function applyEdit(text: string, { file, from, to }: SourceEdit): string {
  const count = text.split(from).length - 1;
  if (count === 1) return text.replace(from, () => to);
  throw new RangeError(`${file} has ${count} times what should be there once: ${from}`);
}
