/** Digests: a match is remembered, anything else is not, and a changed file is read again. */

import { readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { fileFact } from '../../images/file-fact.js';
import { digestFile, verifyFile } from '../../images/verify-file.js';

const { signal } = new AbortController();

/** SHA-256 of the three bytes `abc`, from FIPS 180-2, appendix B.1. */
const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const expected = { algorithm: 'sha256', digest: abc } as const;

t.test('digest of a known text', async (t) => {
  const root = t.testdir({ file: 'abc' });
  t.equal(await digestFile(join(root, 'file'), 'sha256', signal), abc);
});

t.test('a match is read once', async (t) => {
  const cacheDirectory = t.testdir({ file: 'abc' });
  const file = join(cacheDirectory, 'file');
  await verifyFile(file, { ...expected, digest: abc.toUpperCase() }, { cacheDirectory, signal });
  const remembered = await fileFact(cacheDirectory, 'sha256', file);
  t.equal(await remembered.read(), abc);
  await remembered.write('cd'.repeat(32));
  const other = { ...expected, digest: 'cd'.repeat(32) };
  await verifyFile(file, other, { cacheDirectory, signal });
  t.pass('what is remembered is believed: the file was not read again');
});

t.test('a file that was edited in place and had its time put back is read again', async (t) => {
  const cacheDirectory = t.testdir({ file: 'abc' });
  const file = join(cacheDirectory, 'file');
  await utimes(file, 1, 1);
  await verifyFile(file, expected, { cacheDirectory, signal });
  await writeFile(file, 'abd');
  await utimes(file, 1, 1);
  const promise = verifyFile(file, expected, { cacheDirectory, signal });
  await t.rejects(promise, { code: 'IMAGE_DIGEST_MISMATCH' });
});

t.test('a mismatch is not remembered', async (t) => {
  const cacheDirectory = t.testdir({ file: 'abd' });
  const promise = verifyFile(join(cacheDirectory, 'file'), expected, { cacheDirectory, signal });
  await t.rejects(promise, { code: 'IMAGE_DIGEST_MISMATCH', message: `expected sha256 ${abc}` });
  t.same(await readdir(cacheDirectory), ['file']);
});

t.test('facts belong to the state of the file when they were asked for', async (t) => {
  const cacheDirectory = t.testdir({ file: 'abc' });
  const file = join(cacheDirectory, 'file');
  const before = await fileFact(cacheDirectory, 'topic', file);
  await writeFile(file, 'longer');
  await before.write('about the old bytes');
  const after = await fileFact(cacheDirectory, 'topic', file);
  t.equal(await before.read(), 'about the old bytes');
  t.equal(await after.read(), undefined);
  await after.write({ a: 1 });
  t.same(await after.read(), { a: 1 });
});

t.test('a damaged entry is none', async (t) => {
  const cacheDirectory = t.testdir({ file: 'abc' });
  const fact = await fileFact(cacheDirectory, 'topic', join(cacheDirectory, 'file'));
  await fact.write('x');
  const [entry = ''] = await readdir(join(cacheDirectory, 'file-facts'));
  await writeFile(join(cacheDirectory, 'file-facts', entry), '{"cut');
  t.equal(await fact.read(), undefined);
});

t.test('where nothing can be remembered, nothing is', async (t) => {
  const cacheDirectory = t.testdir({ file: 'abc', 'file-facts': 'in the way' });
  const fact = await fileFact(cacheDirectory, 'topic', join(cacheDirectory, 'file'));
  await fact.write('x');
  t.equal(await fact.read(), undefined);
  t.same((await readdir(cacheDirectory)).sort(), ['file', 'file-facts']);
});
