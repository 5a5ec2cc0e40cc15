/** Files for QEMU's TFTP server, which reads them from a directory when a guest asks. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes them; the directory may be there already. */
export async function writeTftpFiles({
  directory,
  files,
}: {
  readonly directory: string;
  readonly files: Readonly<Record<string, string>>;
}): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
}
