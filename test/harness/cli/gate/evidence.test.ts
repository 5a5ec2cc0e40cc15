/**
 * Attempts to make evidence of what is none, through the commands.
 */

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { readRecord, writeRecord } from '../../../../results/record-file.js';
import { failure } from '../../../results/support/events.js';
import { GateDesk, green } from './gate-desk.js';

const run = '20261101-101500-aaaa';
const failed = [{ outcome: 'failed' as const, failure: failure() }];
const broken = { cases: { ...green.cases, 'etcd/quorum': failed } };

async function attested(desk: GateDesk): Promise<readonly string[]> {
  return await readdir(join(desk.directory, 'gate/runs')).catch(() => []);
}

t.test('runs that are no evidence are refused', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  const table: readonly [string, () => Promise<unknown>, RegExp][] = [
    [
      'a record edited by hand',
      async () => {
        const path = join(await desk.addRun(run, broken), 'record.json');
        const text = await desk.read(`runs/${run}/record.json`);
        await writeFile(path, text.replaceAll('"failed"', '"passed"'));
      },
      /the record does not fit its seal; it first differs from the log in .*\[RECORD_CORRUPT\]/,
    ],
    [
      'a record edited and sealed anew, without its log',
      async () => {
        const directory = await desk.addRun(run, broken);
        const text = JSON.stringify(await readRecord(directory)).replaceAll(
          ':"failed"',
          ':"passed"',
        );
        await writeRecord(directory, JSON.parse(text), { lines: 9, digest: 'ab'.repeat(32) });
        await rm(join(directory, 'events.jsonl'));
      },
      /cannot read the event log .*events\.jsonl.*\[RECORD_MISSING\]/,
    ],
    [
      'a log without its failing line',
      async () => {
        const path = join(await desk.addRun(run, broken), 'events.jsonl');
        const lines = (await desk.read(`runs/${run}/events.jsonl`)).split('\n');
        const kept = lines.filter((line) => !line.includes('"outcome":"failed"'));
        await writeFile(path, kept.join('\n'));
      },
      /\[RECORD_CORRUPT\]/,
    ],
    [
      'a run that broke the image on purpose',
      async () => await desk.addRun(run, green, { argv: ['mutate', 'boot/*'] }),
      /it is of yard mutate, not of yard run \[NO_EVIDENCE\]/,
    ],
    [
      'a part of a run',
      async () => await desk.addRun(run, green, { shard: { index: 1, count: 4 } }),
      /it is part 1\/4; put the parts together with yard merge.*\[NO_EVIDENCE\]/,
    ],
  ];
  for (const [name, change, message] of table) {
    await change();
    const { exitCode, stderr } = await desk.attest(run);
    t.equal(exitCode, 2, name);
    t.match(stderr, message, name);
    t.same(await attested(desk), [], 'nothing was written');
    await rm(join(desk.directory, 'runs'), { recursive: true });
  }
});

t.test('a run whose report can’t be written is evidence all the same', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  const directory = await desk.addRun(run);
  await mkdir(join(directory, 'report.html'));
  const { exitCode, stderr } = await desk.attest(run);
  t.equal(exitCode, 0);
  t.match(
    stderr,
    /^yard: run 2\S+ has no HTML report: .*; make it with: \.\/yard report 2\S+ --format/,
  );
  t.same(await attested(desk), ['lab-000001.json']);
});

t.test('a run counts once', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  await desk.addRun(run);
  t.equal((await desk.attest(run)).exitCode, 0);
  t.match((await desk.attest(run)).stderr, /is evidence already: .*lab-000001.*ALREADY_ATTESTED/);
  const merged = '20261102-101500-bbbb';
  await desk.addRun(merged, green, { merged: [{ run, lines: 9, digest: 'ab'.repeat(32) }] });
  t.match((await desk.attest(merged)).stderr, /\[ALREADY_ATTESTED\]/, 'also within another');
  t.same(await attested(desk), ['lab-000001.json']);
});

t.test('honest runs that prove too little', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  const last = { cases: { 'etcd/quorum': [{ outcome: 'passed' as const }] } };
  await desk.addRun(run, last, { argv: ['run', '--last-failed'] });
  t.equal((await desk.attest(run)).exitCode, 0);
  await desk.approve();
  const holes = await desk.promote();
  t.equal(holes.exitCode, 3, 'nobody can tell');
  t.match(holes.stdout, /boot\/first: expected planned or excluded on amd64, qemu, seen in no run/);

  const other = '20261102-101500-bbbb';
  const image = { name: 'x', osName: 'Switchyard Reference OS', channel: 'developer' };
  const identity = { ...image, version: '1.0.0', arch: 'amd64', sha256: 'ee'.repeat(32) };
  await desk.addRun(other, green, { image: { ...identity, origin: 'elsewhere' } });
  const said = await desk.attest(other);
  t.match(said.stdout, /image eeeeeeeeeeee of 1\.0\.0, which no candidate has/);
  t.equal((await desk.promote()).exitCode, 3, 'a run of another image fills no hole');
});

t.test('nobody attests the green run alone', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  const [red, redToo, last] = [run, '20261102-101500-bbbb', '20261103-101500-cccc'] as const;
  await desk.addRun(red, broken);
  await desk.addRun(redToo, broken);
  await desk.addRun(last);
  await desk.addRun('20261104-101500-dddd', broken, { argv: ['mutate', 'boot/*'] });
  const alone = await desk.attest(last);
  t.equal(alone.exitCode, 2);
  t.match(
    alone.stderr,
    /^yard: run \S+-cccc: other runs of its image are no evidence yet: \S+-aaaa, \S+-bbbb; attest .* --all \[UNATTESTED_RUNS\]$/,
  );
  t.same(await attested(desk), [], 'nothing was written');

  const path = join('runs', last);
  t.match((await desk.attest(path, '--runs', 'none')).stderr, /UNATTESTED_RUNS/, 'by its path');
  const all = await desk.attest(last, '--all');
  t.equal(all.exitCode, 0);
  t.match(
    all.stdout,
    /000001\.json\nrun \S+-aaaa: [\s\S]*000002\.json\nrun \S+-bbbb: [\s\S]*3\.json/,
  );
  t.match((await desk.attest(last, '--all')).stderr, /ALREADY_ATTESTED/, 'there are no others');
  await desk.approve();
  t.match((await desk.promote()).stdout, /etcd\/quorum.*seen flaky, 2 of 3 attempts/);

  const part = '20261105-101500-eeee';
  await desk.addRun(part, broken, { shard: { index: 1, count: 2 } });
  await desk.addRun('20261106-101500-ffff');
  t.match(
    (await desk.attest('ffff')).stderr,
    /another run .* \S+-eeee \(part 1\/2: merge it first; /,
  );
  const merged = [{ run: part, lines: 9, digest: 'ab'.repeat(32) }];
  await desk.addRun('20261107-101500-abcd', broken, { merged });
  t.equal((await desk.attest('ffff', '--all')).exitCode, 0, 'the part is told by its whole');
  t.equal((await attested(desk)).length, 5);
});

t.test('the history tells of runs whose directories are gone', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  const first = await desk.addRun(run, broken);
  const sign = async () =>
    await desk.yard('gate', 'history', '--runs', 'runs', '--key', 'lab.key.pem');
  t.match((await sign()).stdout, /entries of 90 days$/);
  await rm(first, { recursive: true });
  await desk.addRun('20261102-101500-bbbb');
  t.match((await sign()).stdout, /entries of 90 days, \d+ of them of runs that are gone$/);
  t.equal((await desk.attest('bbbb')).exitCode, 0, 'no other is left');
  await desk.approve();
  const { exitCode, stdout } = await desk.promote();
  t.equal(exitCode, 3, 'the evidence is not to be believed');
  t.match(stdout, /etcd\/quorum: expected all 1 failures .* seen runs with 0; attest the others/);
});

t.test('a failure stays, however often it is run again', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  await desk.addRun(run, broken);
  await desk.attest(run);
  await desk.approve();
  for (const id of ['20261102-101500-bbbb', '20261103-101500-cccc']) {
    await desk.addRun(id);
    await desk.attest(id);
  }
  const { exitCode, stdout } = await desk.promote();
  t.equal(exitCode, 1);
  t.match(stdout, /etcd\/quorum.*seen flaky, 1 of 3 attempts/);
  await rm(join(desk.directory, 'gate/runs/lab-000001.json'));
  t.match((await desk.promote()).stderr, /number 1 is missing; 2 is there \[BROKEN_CHAIN\]/);
  await desk.addRun('20261104-101500-dddd');
  const all = await desk.attest('dddd', '--all');
  t.match(all.stderr, /\[BROKEN_CHAIN\]/, 'the runner sees it, too');
});

t.test('a part that was run once more is told, and only its failures count', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  const [first, bad, good] = [run, '20261102-101500-bbbb', '20261103-101500-cccc'] as const;
  await desk.addRun(first, green, { shard: { index: 1, count: 2 } });
  await desk.addRun(bad, broken, { shard: { index: 2, count: 2 } });
  await desk.addRun(good, green, { shard: { index: 2, count: 2 } });
  const merged = [first, good].map((id) => ({ run: id, lines: 9, digest: 'ab'.repeat(32) }));
  await desk.addRun('20261104-101500-dddd', green, { merged });
  t.match(
    (await desk.attest('dddd')).stderr,
    /-bbbb \(part 2\/2: merge it first; .*\[UNATTESTED_RUNS\]$/,
  );
  const all = await desk.attest('dddd', '--all');
  t.equal(all.exitCode, 0, all.stderr);
  t.match(all.stdout, /-bbbb: 2 cases, part 2\/2 alone, of which only failures count, evidence/);
  await desk.approve();
  const { exitCode, stdout } = await desk.promote();
  t.equal(exitCode, 1);
  t.match(stdout, /etcd\/quorum.*seen flaky, 1 of 2 attempts/);
});
