/**
 * The commands over stored runs that lost something, or are not what they were.
 */

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { eventsOf, makeRun } from '../../results/support/run-directory.js';
import { everyStatus } from '../../results/support/stories.js';
import { yard } from './stored-yard.js';

const original = '20261101-101500-aaaa';

t.test('a capsule says what its case has lost', async (t) => {
  const root = t.testdir();
  const console = (suite: string) => `cases/${suite}/attempt-1/main-0/console.log`;
  const passed = [{ outcome: 'passed' as const }];
  const cases = { 'a/b': passed, 'a/c': passed };
  await makeRun(root, eventsOf(original, { cases }), { [console('a/c')]: 'all is well\n' });
  for (const [name, lost] of [
    ['a/b', /^yard: 1 file that the record names is not in .*-aaaa: cases\/a\/b\/.*\n?$/],
    ['a/c', /^$/],
  ] as const) {
    const file = join(root, `${name.replace('/', '-')}.tar.zst`);
    const packed = await yard('capsule', name, '--runs', root, '--output', file);
    t.equal(packed.exitCode, 0);
    t.match(packed.stderr, lost);
  }
});

t.test('a run that is not what it was is shown by no command', async (t) => {
  const root = t.testdir();
  const run = await makeRun(root, eventsOf(original, everyStatus));
  const damaged = {
    copy: '20261102-101500-aaaa',
    log: '20261103-101500-aaaa',
    record: '20261104-101500-aaaa',
    newer: '20261105-101500-aaaa',
  } as const;
  await cp(run, join(root, damaged.copy), { recursive: true });
  const edit = async (id: string, file: string, from: string, to: string) => {
    const path = join(await makeRun(root, eventsOf(id, everyStatus)), file);
    await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
  };
  await edit(damaged.log, 'events.jsonl', '"failed"', '"passed"');
  await edit(damaged.record, 'record.json', '"verdict": "failed"', '"verdict": "passed"');
  await edit(damaged.newer, 'record.json', '"schema": ', '"schema": 9');
  const others = [
    ['report', damaged.copy],
    ['report', damaged.copy, '--format', 'html'],
    ['compare', original, damaged.copy],
    ['capsule', 'net/dns', '--run', damaged.copy, '--output', join(root, 'a.tar.zst')],
  ];
  const table: readonly [string, RegExp][] = [
    [damaged.copy, /has the record of run 20261101-.*, expected that of 20261102-.*RUN_TWICE/],
    [damaged.log, /events\.jsonl.*RECORD_CORRUPT/],
    [damaged.record, /does not fit its seal; it first differs from the log in verdict/],
    [damaged.newer, /schema 9\d*.*RECORD_TOO_NEW/],
  ];
  const commands = (id: string) => [['runs', 'show', id], ...(id === damaged.copy ? others : [])];
  for (const [id, message] of table) {
    for (const argv of commands(id)) {
      const { exitCode, stderr, stdout } = await yard(...argv, '--runs', root);
      t.same([exitCode, stdout], [2, ''], argv.join(' '));
      t.match(stderr.split('\n').at(-1), message, argv.join(' '));
    }
  }
});
