/**
 * The site of many runs: every run and case is on it, what a guest said is only text, and it is
 * brought up to date without making reports twice.
 */

import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { openHistory } from '../../results/history-database.js';
import { writeSite } from '../../results/site/write-site.js';
import { contrastOf, keepPicture, noBrowser, openFile, startBrowser } from './support/browser.js';
import { failure, type RunStory } from './support/events.js';
import { eventsOf, makeRun } from './support/run-directory.js';
import { everyStatus } from './support/stories.js';

const hostile = '<script>alert(1)</script>';

async function site(root: string, target: string): Promise<string> {
  return await readFile((await write(root, target)).index, 'utf8');
}

async function write(root: string, target: string, reports = 2) {
  const history = await openHistory(root);
  try {
    return await writeSite({ history, runsRoot: root, target, contract: [], runs: 60, reports });
  } finally {
    history.database.close();
  }
}

t.test('heat map, flakes, durations', async (t) => {
  const root = t.testdir();
  const failed = [{ outcome: 'failed' as const, failure: failure({ message: hostile }) }];
  await makeRun(
    root,
    eventsOf('20260101-000000-aaaa', { cases: { 'a/b': [{ outcome: 'passed' }] } }),
  );
  await makeRun(root, eventsOf('20260102-000000-aaaa', { cases: { 'a/b': failed } }));
  await makeRun(root, eventsOf('20260103-000000-aaaa', everyStatus));
  const target = join(root, 'out', 'site');
  const page = await site(root, target);
  t.match(page, /3 runs/);
  t.match(
    page,
    /title="20260103-.*11-22<br>10:15<.*title="20260102-.*title="20260101-/,
    'the newest run first',
  );
  t.match(page, /a\/b<\/a><\/th><td><\/td><td>.*✗.*<\/td><td>.*✓/, 'and so do its cases');
  t.match(page, /class="cell failed"[^>]*>✗</);
  t.match(page, /<svg role="img" aria-label="durations of a\/b"/);
  t.match(page, /: missing"/);
  t.notMatch(page, /, 0 ms/, 'what never started took no time');
  t.match(page, /1 of 2/, 'a/b is flaky: it passed and failed on one image');
  t.notMatch(page, /<script/i);
  t.match(page, '&lt;script&gt;');
  t.strictSame((await readdir(join(target, 'runs'))).sort(), [
    '20260102-000000-aaaa.html',
    '20260103-000000-aaaa.html',
  ]);
  const report = join(target, 'runs', '20260103-000000-aaaa.html');
  const before = (await stat(report)).mtimeMs;
  await site(root, target);
  t.equal((await stat(report)).mtimeMs, before, 'a report that is there is kept');
});

t.test('the page of another site is not written over', async (t) => {
  const root = t.testdir({ www: { 'index.html': '<title>My page</title>' } });
  await makeRun(root, eventsOf('20260103-000000-aaaa', everyStatus));
  const target = join(root, 'www');
  await t.rejects(site(root, target), {
    code: 'OUTPUT_EXISTS',
    message: /is no page of yard site/,
  });
  t.equal(await readFile(join(target, 'index.html'), 'utf8'), '<title>My page</title>');
});

t.test('the newest run is compared with the run before it of the same kind', async (t) => {
  const root = t.testdir();
  const { image } = eventsOf('20260101-000000-aaaa', { cases: {} })[0] as never as {
    image: object;
  };
  const passes = (durationMs: number, count = 6) => {
    const names = ['a/x', ...Array.from({ length: count - 1 }, (_, n) => `a/x#${n + 2}`)];
    return Object.fromEntries(
      names.map((name) => [name, [{ outcome: 'passed' as const, durationMs }]]),
    );
  };
  const failed = { outcome: 'failed' as const, failure: failure() };
  const passed = { outcome: 'passed' as const };
  const before = { 'a/breaks': [passed], 'a/lost': [passed], 'a/mends': [failed] };
  const after = { 'a/breaks': [failed], 'a/flaky': [failed, passed], 'a/mends': [passed] };
  const runs: readonly (readonly [RunStory['cases'], object?])[] = [
    [{ ...before, ...passes(10_000) }, { image: { ...image, version: '1.1.0' } }],
    [{ 'a/other': [passed] }, { image: { ...image, channel: 'beta' } }],
    [{ 'a/broken': [failed] }, { argv: ['mutate', 'a/x'] }],
    [{ 'a/part': [passed] }, { shard: { index: 1, count: 2 } }],
    [{}],
    [{ ...after, ...passes(30_000) }],
  ];
  for (const [index, [cases, change]] of runs.entries()) {
    await makeRun(root, eventsOf(`2026010${index + 1}-000000-aaaa`, { cases }, change));
  }
  const page = await site(root, join(root, 'site'));
  const section = page.slice(page.indexOf('Since the run before'), page.indexOf('Cases over runs'));
  t.match(section, /20260101-000000-aaaa \(reference-amd64 1\.1\.0, 9 cases\)/);
  t.match(section, /<a href="runs\/20260106-000000-aaaa\.html">/, 'to its report');
  t.match(section, /1 newly failing<[\s\S]*a\/breaks@[^<]*<\/td><td>passed<\/td><td>failed</);
  t.match(section, /1 newly flaky<[\s\S]*a\/flaky@[^<]*<\/td><td>absent<\/td><td>flaky</);
  t.match(section, /1 case not in the newest run/);
  t.notMatch(section, 'a/lost');
  t.match(section, /1 fixed<[\s\S]*a\/mends@/);
  t.match(section, /6 slower<[\s\S]*a\/x@[^<]*<\/td><td>10 s to 30 s<\/td><td>p 0\.00/);
});

t.test('the first run of its kind is compared with none', async (t) => {
  const root = t.testdir();
  await makeRun(root, eventsOf('20260101-000000-aaaa', everyStatus));
  t.notMatch(await site(root, join(root, 'site')), /Since the run before/);
  await makeRun(root, eventsOf('20260102-000000-aaaa', everyStatus));
  t.match(await site(root, join(root, 'site')), /Nothing got worse, and nothing was fixed/);
});

t.test('a run with another accelerator is no run before it', async (t) => {
  const root = t.testdir();
  const { host } = eventsOf('20260101-000000-aaaa', { cases: {} })[0] as never as { host: object };
  const kvm = { host: { ...host, accelerator: { name: 'kvm', reason: 'usable' } } };
  await makeRun(root, eventsOf('20260101-000000-aaaa', everyStatus));
  await makeRun(root, eventsOf('20260102-000000-aaaa', everyStatus, kvm));
  t.notMatch(await site(root, join(root, 'site')), /Since the run before/);
  await makeRun(root, eventsOf('20260103-000000-aaaa', everyStatus, kvm));
  t.match(await site(root, join(root, 'site')), /20260102-000000-aaaa<\/a> \(reference-amd64/);
});

t.test('the index in Chromium', { skip: noBrowser, timeout: 240_000 }, async (t) => {
  const root = t.testdir();
  for (const day of ['01', '02', '03']) {
    await makeRun(root, eventsOf(`202601${day}-000000-aaaa`, everyStatus));
  }
  const target = join(root, 'site');
  await site(root, target);
  await using browser = await startBrowser();
  const { page, problems } = await openFile(browser, join(target, 'index.html'));
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator('.cell.failed').first().waitFor();
    t.ok(await page.locator('svg[role=img]').count(), 'durations are drawn');
    for (const text of ['body', 'th', '.cell.failed', '.cell.passed']) {
      const ratio = await contrastOf(page, text);
      t.ok(ratio >= 4.5, `${text} in ${colorScheme}: ${ratio.toFixed(1)}`);
    }
    await keepPicture(page, `site-${colorScheme}`);
  }
  await page.locator('a[href^="runs/"]').first().click();
  await page.getByRole('heading', { name: 'Cases', exact: true }).waitFor();
  t.same(problems, [], 'no error, and no request');
});

t.test('a run that was damaged since it was known has no page, and the others have', async (t) => {
  const root = t.testdir();
  const ids = ['20260101-000000-aaaa', '20260102-000000-aaaa'];
  for (const id of ids) await makeRun(root, eventsOf(id, everyStatus));
  (await openHistory(root)).database.close();
  const log = join(root, ids[1] as string, 'events.jsonl');
  await writeFile(log, (await readFile(log, 'utf8')).replace('"passed"', '"failed"'));
  const target = join(root, 'site');
  const { index, notes } = await write(root, target);
  t.match(await readFile(index, 'utf8'), /2 runs/);
  t.same(await readdir(join(target, 'runs')), [`${ids[0]}.html`]);
  t.match(notes, [/events\.jsonl/, /events\.jsonl/], 'once for the page, once for the changes');
});

t.test('no reports are wanted', async (t) => {
  const root = t.testdir();
  await makeRun(root, eventsOf('20260101-000000-aaaa', everyStatus));
  await write(root, join(root, 'site'), 0);
  t.same(await readdir(join(root, 'site', 'runs')), []);
});

t.test('no runs yet', async (t) => {
  const root = t.testdir();
  t.match(await site(root, join(root, 'site')), /No run has ended yet/);
});
