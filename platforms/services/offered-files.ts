/** Files that QEMU itself offers to a guest out of a directory: by TFTP, as a shared directory. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes them; the directory may be there already. */
export async function writeOfferedFiles({
  directory,
  files,
}: {
  readonly directory: string;
  readonly files: Readonly<Record<string, string>>;
}): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
}
