/**
 * A release as an update and the same release as a disk for a new machine are one: the same /usr, by
 * its root hash, and the same kernel. That an updated machine has the former, suites prove.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { sha256OfFile } from '../../../harness/base/hash-file.js';
import { cacheDirectory } from '../../../harness/base/run-dir.js';
import { extractPartition, openDisk, readGpt } from '../../../images/disk-reader.js';
import { extractFiles } from '../../../images/filesystem-files.js';
import { buildReferenceImage } from '../../../images/reference/build-reference-image.js';
import { buildRelease, requireRecipe } from '../../../images/releases/build-release.js';

const { signal } = new AbortController();
const options = { cacheDir: cacheDirectory(), signal, log: (line: string) => t.comment(line) };
const name = 'next';

/** Digest of the first slot's kernel file in a disk. */
async function kernelOf(path: string, directory: string): Promise<string> {
  const scratch = { directory, signal };
  const disk = await openDisk(path, signal);
  const { partitions } = await readGpt(disk, scratch);
  const esp = partitions.find(({ label }) => label === 'EFI-SYSTEM');
  if (!esp) throw new Error('the disk has no EFI-SYSTEM');
  const filesystem = await extractPartition(disk, esp, scratch);
  const [into, kernel] = [join(directory, 'esp'), 'flatcar/vmlinuz-a'];
  await mkdir(into, { recursive: true });
  await extractFiles({ filesystem, kind: 'fat', paths: [kernel], into, signal });
  return await sha256OfFile(join(into, kernel));
}

// On a fresh machine the packages are installed first.
t.setTimeout(1_200_000);

t.test('the good release, as an update and as a disk', { timeout: 1_200_000 }, async (t) => {
  const release = await buildRelease(name, options);
  const { version } = requireRecipe(name);
  const image = await buildReferenceImage({ ...options, version, variant: { name } });
  t.equal(image.descriptor.version, release.version);
  t.equal(image.descriptor.usrHash, release.usrHash, 'root hash of /usr');
  const disk = join(image.directory, image.descriptor.disk.file);
  t.equal(await kernelOf(disk, t.testdir()), release.kernelSha256, 'kernel file');
});
