/**
 * Checksums of large files: which MiB has changed, and that holes are left alone.
 */

import { open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { checksumsOf, firstChange } from '../../../../platforms/qemu/template/checksums.js';

const mib = 2 ** 20;

async function overwrite(path: string, at: number, bytes: Buffer): Promise<void> {
  await using file = await open(path, 'r+');
  await file.write(bytes, 0, bytes.length, at);
}

t.test('each MiB has its own, and one of zeros has none', async (t) => {
  const path = join(t.testdir({}), 'memory');
  await writeFile(path, Buffer.from('123456789'));
  t.strictSame(await checksumsOf(path), [0xcbf43926], 'the check value of CRC-32');
  await truncate(path, 3 * mib + 5);
  await overwrite(path, 3 * mib, Buffer.from([1]));
  const [first, ...others] = await checksumsOf(path);
  t.match(others, [0, 0, Number]);
  t.not(others[2], 0);
  t.not(first, 0xcbf43926, 'of the whole MiB');
});

t.test('what has changed, and where', async (t) => {
  const path = join(t.testdir({}), 'memory');
  await writeFile(path, Buffer.alloc(2 * mib + 9, 7));
  const checksums = await checksumsOf(path);
  t.equal(await firstChange(path, checksums), undefined);
  for (const at of [0, mib - 1, mib, 2 * mib + 8]) {
    await overwrite(path, at, Buffer.from([8]));
    t.equal(await firstChange(path, checksums), Math.floor(at / mib) * mib, `byte ${at}`);
    await overwrite(path, at, Buffer.from([7]));
  }
  await truncate(path, mib);
  t.equal(await firstChange(path, checksums), mib, 'cut short');
});

t.test('an empty file', async (t) => {
  const path = join(t.testdir({ memory: '' }), 'memory');
  t.strictSame(await checksumsOf(path), []);
  t.equal(await firstChange(path, []), undefined);
});
