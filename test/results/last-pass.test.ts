/**
 * What is new in a failed case since it last passed.
 */

import t from 'tap';
import { newSinceLastPass } from '../../results/html/last-pass.js';
import { type Compared, newLines } from '../../results/html/new-lines.js';
import { readRecord } from '../../results/record-file.js';
import { failure } from './support/events.js';
import { eventsOf, makeRun } from './support/run-directory.js';

const newsOf = async (runDirectory: string) => {
  const record = await readRecord(runDirectory);
  const compare = async (attempts: Compared) => newLines(attempts);
  return await newSinceLastPass({ runDirectory, record, compare });
};

const console = (attempt = 1) => `cases/a/b/attempt-${attempt}/main-0/console.log`;

t.test('lines that the last pass did not have, numbers aside', async (t) => {
  const root = t.testdir();
  const passed = { cases: { 'a/b': [{ outcome: 'passed' as const }] } };
  await makeRun(root, eventsOf('20260101-000000-aaaa', passed), { [console()]: 'older\n' });
  await makeRun(root, eventsOf('20260102-000000-aaaa', passed), {
    [console()]: '[    1.0] boot\r\n[    2.5] disk vda has 12 sectors\r\n',
  });
  const failed = { cases: { 'a/b': [{ outcome: 'failed' as const, failure: failure() }] } };
  const run = await makeRun(root, eventsOf('20260103-000000-aaaa', failed), {
    [console()]: '[    1.7] boot\r\n[    3.5] disk vda has 99 sectors\r\n[    4.0] I/O error\r\n',
  });
  const found = await newsOf(run);
  const [[, news] = []] = [...found];
  t.equal(news?.run, '20260102-000000-aaaa');
  t.strictSame(
    news?.lines.map(({ text }) => text),
    ['[    4.0] I/O error'],
  );
});

t.test('what is left out is counted', async (t) => {
  const root = t.testdir();
  const passed = { cases: { 'a/b': [{ outcome: 'passed' as const }] } };
  await makeRun(root, eventsOf('20260101-000000-aaaa', passed), { [console()]: 'boot\n' });
  const failed = { cases: { 'a/b': [{ outcome: 'failed' as const, failure: failure() }] } };
  const letters = [...'abcdefghijklmnop'];
  const words = letters.flatMap((one) => letters.map((other) => `unit ${one}${other} is new`));
  const run = await makeRun(root, eventsOf('20260103-000000-aaaa', failed), {
    [console()]: `boot\n${words.join('\n')}\n`,
  });
  const [[, news] = []] = [...(await newsOf(run))];
  t.equal(news?.lines.length, 200);
  t.equal(news?.more, 56);
});

t.test('of a journal the messages, whoever said the same before aside', async (t) => {
  const root = t.testdir();
  const entry = (id: string, message: string, pid: number) =>
    `${JSON.stringify({ SYSLOG_IDENTIFIER: id, _PID: String(pid), MESSAGE: message })}\n`;
  const journal = console().replace('console.log', 'journal.jsonl');
  const passed = { cases: { 'a/b': [{ outcome: 'passed' as const }] } };
  await makeRun(root, eventsOf('20260101-000000-aaaa', passed), {
    [journal]: entry('systemd', 'Started a.', 1) + entry('agent', 'took 3 s', 71),
  });
  const failed = { cases: { 'a/b': [{ outcome: 'failed' as const, failure: failure() }] } };
  const run = await makeRun(root, eventsOf('20260103-000000-aaaa', failed), {
    [journal]: entry('agent', 'took 5 s', 99) + entry('systemd', 'Dependency failed for b.', 1),
  });
  const [[, news] = []] = [...(await newsOf(run))];
  t.strictSame(news?.lines, [
    { file: 'main-0/journal.jsonl', text: 'systemd[1]: Dependency failed for b.' },
  ]);
});

t.test('a case that never passed has nothing to compare with', async (t) => {
  const root = t.testdir();
  const failed = { cases: { 'a/b': [{ outcome: 'failed' as const, failure: failure() }] } };
  const run = await makeRun(root, eventsOf('20260103-000000-aaaa', failed));
  t.equal((await newsOf(run)).size, 0);
});
