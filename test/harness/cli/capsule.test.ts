/**
 * A case in a file: what goes in comes out, and what is no capsule is refused.
 */

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { pack, unpack, writePage } from '../../../harness/cli/capsule/capsule-file.js';
import { eventsOf, makeRun } from '../../results/support/run-directory.js';

const run = '20261122-101500-1a2b';

async function staged(root: string): Promise<string> {
  const cases = { 'boot/ok': [{ outcome: 'passed' as const }] };
  const directory = await makeRun(root, eventsOf(run, { cases }));
  await mkdir(join(directory, 'cases', 'boot', 'ok'), { recursive: true });
  await writeFile(join(directory, 'cases', 'boot', 'ok', 'console.log'), 'hello\n');
  await writePage(directory, 'boot/ok@x@y');
  return directory;
}

t.test('what is packed is unpacked, into a new directory only', async (t) => {
  const root = t.testdir();
  const file = join(root, 'a.tar.zst');
  const directory = await staged(root);
  await pack(directory, file);
  await t.rejects(pack(directory, file), { code: 'OUTPUT_EXISTS', message: /--output/ });
  const { runDirectory, page, record } = await unpack(file, join(root, 'out'));
  t.equal(runDirectory, join(root, 'out', run));
  t.equal(page.case, 'boot/ok@x@y');
  t.equal(record.run, run);
  const log = await readFile(join(runDirectory, 'cases', 'boot', 'ok', 'console.log'), 'utf8');
  t.equal(log, 'hello\n');
  await t.rejects(unpack(file, join(root, 'out')), { code: 'OUTPUT_EXISTS' });
});

t.test('what is no capsule is refused', async (t) => {
  const root = t.testdir({ 'noise.tar.zst': 'noise', [run]: { other: '' }, stranger: { a: '' } });
  const make = async (name: string, ...members: string[]) => {
    const file = join(root, name);
    await execa('tar', ['--zstd', '-cPf', file, '-C', root, ...members]);
    return file;
  };
  const refused = async (file: string, message: RegExp) =>
    await t.rejects(unpack(file, join(root, 'into')), { code: 'NOT_A_CAPSULE', message });
  await refused(join(root, 'noise.tar.zst'), /noise\.tar\.zst is no capsule: (?!tar: Child)/);
  await t.rejects(unpack(join(root, 'none.tar.zst'), join(root, 'into')), {
    code: 'NO_SUCH_FILE',
    message: /there is no file .*none\.tar\.zst; give a file/,
  });
  await refused(await make('b.tar.zst', 'stranger'), /one run/);
  await refused(await make('c.tar.zst', `${run}/other`, `${run}/../stranger/a`), /one run/);
  await refused(await make('d.tar.zst', run), /no capsule\.json/);
});

t.test('what can’t be written is said, and nothing of it is left', async (t) => {
  const root = t.testdir();
  const file = join(root, 'a.tar.zst');
  const directory = await staged(root);
  const nowhere = { code: 'OUTPUT_FAILED', kind: 'usage', message: /cannot write \/dev\/null\/x/ };
  await t.rejects(pack(directory, '/dev/null/x'), { code: 'OUTPUT_FAILED', kind: 'usage' });
  await t.rejects(pack(join(root, 'gone'), file), { code: 'OUTPUT_FAILED' });
  t.same(await readdir(root), [run], 'no half of a capsule');
  await pack(directory, file);
  await t.rejects(unpack(file, '/dev/null/x'), nowhere);
  await writeFile(join(directory, 'capsule.json'), '{}');
  await rm(file);
  await pack(directory, file);
  const refused = { code: 'NOT_A_CAPSULE', message: /another version/ };
  await t.rejects(unpack(file, join(root, 'out')), refused);
  await t.rejects(unpack(file, join(root, 'out')), refused, 'the second try says the same');
  t.same((await readdir(root)).sort(), [run, 'a.tar.zst']);
});

t.test('one whose record was changed is not left unpacked', async (t) => {
  const root = t.testdir();
  const file = join(root, 'a.tar.zst');
  const directory = await staged(root);
  const record = join(directory, 'record.json');
  const text = await readFile(record, 'utf8');
  await writeFile(record, text.replace('"verdict": "passed"', '"verdict": "failed"'));
  await pack(directory, file);
  const changed = {
    code: 'RECORD_CORRUPT',
    kind: 'usage',
    message: /differs from the log in verdict/,
  };
  await t.rejects(unpack(file, join(root, 'out')), changed);
  t.same((await readdir(root)).sort(), [run, 'a.tar.zst']);
});

t.test('a capsule of a newer version says so', async (t) => {
  const root = t.testdir();
  const directory = await staged(root);
  await writeFile(join(directory, 'capsule.json'), '{"schema":2}');
  await pack(directory, join(root, 'a.tar.zst'));
  await t.rejects(unpack(join(root, 'a.tar.zst'), join(root, 'out')), {
    message: /another version/,
  });
});
