/**
 * The page of a failed case in a real browser: what is new since it last passed, how to repeat it, how
 * its machine was started, and every kind of event on a lane. Skipped where Chromium is not installed.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import t from 'tap';
import type { LoggedEvent, RunEvent } from '../../harness/model/events.js';
import { writeHtmlReport } from '../../results/html/write-html-report.js';
import { noBrowser, openFile, startBrowser } from './support/browser.js';
import { failure, plannedCase } from './support/events.js';
import { eventsOf, makeRun } from './support/run-directory.js';

const directory = 'cases/a/b/attempt-1/main-0';
const of = { case: plannedCase('a/b').id, attempt: 1 } as const;
const ofMachine = { ...of, machine: 'main-0' } as const;

/** A comparison of an image's two boots comes first: no log has its text. */
const seen = { boot: 1, severity: 'fatal', phase: 'units', pattern: 'x' } as const;
const extra: readonly RunEvent[] = [
  { kind: 'finding', ...ofMachine, ...seen, seen: { kind: 'comparison' }, text: 'boots differ' },
  { kind: 'machine-qmp', ...ofMachine, event: 'POWERDOWN' },
  { kind: 'machine-lost', ...ofMachine, how: 'killed' },
  { kind: 'machine-returned', ...ofMachine },
  { kind: 'network', ...of, event: { kind: 'unplugged', atMs: 3, machine: 'main-0' } },
  { kind: 'attached', ...of, name: 'notes', file: 'notes.txt' },
  { kind: 'release-taken', ...of, name: 'next' },
  ...[0.1, 0.9, 0.4].map((cpuBusy): RunEvent => {
    const stalled = { cpuStalled: 0.2, memoryStalled: 0, ioStalled: 0.3 };
    return { kind: 'host-load', cpuBusy, ...stalled, memoryAvailableMiB: 900 };
  }),
];

function failedEvents(): LoggedEvent[] {
  const events = eventsOf('20260102-000000-aaaa', {
    cases: { 'a/b': [{ outcome: 'failed', failure: failure({ evidence: 'boots differ' }) }] },
  });
  const end = events.findIndex(({ kind }) => kind === 'attempt-ended');
  const { at } = events[end] as LoggedEvent;
  const start = Date.parse(at) - 1000;
  const added = extra.map((event, index) => {
    return { ...event, seq: 0, at: new Date(start + index * 100).toISOString() };
  });
  const late = { kind: 'machine-qmp', ...ofMachine, event: 'RESET', seq: 0 } as const;
  added.push({ ...late, at: new Date(start + 83_400).toISOString() });
  return events.toSpliced(end, 0, ...added).map((event, seq) => ({ ...event, seq }));
}

async function makeReport(root: string): Promise<string> {
  const passed = eventsOf('20260101-000000-aaaa', { cases: { 'a/b': [{ outcome: 'passed' }] } });
  await makeRun(root, passed, { [`${directory}/console.log`]: 'boot of a\nunit is up\n' });
  const letters = [...'abcdefghijklmnop'];
  const more = letters.flatMap((one) => letters.map((other) => `unit ${one}${other} broke`));
  const runDirectory = await makeRun(root, failedEvents(), {
    [`${directory}/console.log`]: ['boot of a', 'boots differ', ...more, ''].join('\r\n'),
    [`${directory}/argv.txt`]: 'qemu-system-x86_64 \\\n  -machine q35',
  });
  const output = join(runDirectory, 'report.html');
  await writeHtmlReport({ runDirectory, contract: [], output });
  return output;
}

async function isAbove(one: Locator, other: Locator): Promise<boolean> {
  const [upper, lower] = [await one.boundingBox(), await other.boundingBox()];
  return upper !== null && lower !== null && upper.y + upper.height <= lower.y;
}

t.test('the page of a failed case', { skip: noBrowser, timeout: 240_000 }, async (t) => {
  const file = await makeReport(t.testdir());
  await using browser = await startBrowser();
  await browser.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { page, problems } = await openFile(browser, file);
  await page.getByRole('link', { name: 'a/b' }).first().click();

  const news = page.getByRole('region', { name: 'New since the last pass' });
  t.match(await news.innerText(), /New since it last passed in 20260101-000000-aaaa/);
  t.match(await news.locator('pre').innerText(), /^boots differ\nunit aa broke\n/);
  t.match(await news.innerText(), 'and 57 more new lines, which only the logs have');

  const failureAt = page.getByRole('region', { name: 'Failure' });
  t.ok(await isAbove(failureAt, news), 'first why it failed, then what is new');

  const command = "./yard run a/b --seed 7 --image 'my images/os'";
  t.equal(await page.locator('.reproduce code').innerText(), command);
  await page.getByRole('button', { name: 'copy' }).click();
  await page.getByRole('button', { name: 'copied' }).waitFor();
  t.equal(await page.evaluate('navigator.clipboard.readText()'), command);

  await page.getByRole('button', { name: /argv\.txt/ }).click();
  const argv = page.locator('pre.file', { hasText: 'qemu-system' });
  t.equal((await argv.innerText()).trimEnd(), 'qemu-system-x86_64 \\\n  -machine q35');
  t.equal(await page.getByText('to the first bad line').count(), 0, 'a comparison is in no log');

  const label = await page.locator('.lanes-of-trace canvas').getAttribute('aria-label');
  t.equal(label, 'events over time: machine, steps, findings, QMP, network');
  for (const [lane, text] of lanes) {
    await page.locator('.events li', { hasText: text }).waitFor();
    const chip = page.getByRole('button', { name: new RegExp(`^${lane} \\d`) });
    await chip.click();
    t.equal(await page.locator('.events li', { hasText: text }).count(), 0, `${text}: ${lane}`);
    await chip.click();
  }
  const reset = page.locator('.events li', { hasText: 'RESET' });
  t.equal(await reset.locator('.at').innerText(), '1 min 25.4 s', 'with tenths');
  t.same(problems, [], 'no error, and no request');
});

t.test('of many attempts one was compared', { skip: noBrowser, timeout: 240_000 }, async (t) => {
  const root = t.testdir();
  const failed = { outcome: 'failed' as const, failure: failure() };
  const errored = failure({ code: 'QEMU_EXITED', kind: 'infrastructure', phase: 'qemu' });
  const attempts = [failed, { outcome: 'errored' as const, failure: errored }];
  const log = { [`${directory}/console.log`]: 'boot of a\n' };
  await makeRun(
    root,
    eventsOf('20260101-000000-aaaa', { cases: { 'a/b': [{ outcome: 'passed' }] } }),
    log,
  );
  const run = eventsOf('20260102-000000-aaaa', { cases: { 'a/b': attempts } });
  const runDirectory = await makeRun(root, run, log);
  const output = join(runDirectory, 'report.html');
  await writeHtmlReport({ runDirectory, contract: [], output });
  await using browser = await startBrowser();
  const { page, problems } = await openFile(browser, output);
  await page.getByRole('link', { name: 'a/b' }).first().click();
  const news = page.getByRole('region', { name: 'New since the last pass' });
  const inAttempts: [string, number][] = [];
  for (const outcome of ['failed', 'errored']) {
    await page.getByRole('button', { name: new RegExp(`^attempt \\d: ${outcome}`) }).click();
    await page.getByRole('region', { name: 'Failure' }).waitFor();
    inAttempts.push([outcome, await news.count()]);
  }
  t.same(inAttempts, [
    ['failed', 1],
    ['errored', 0],
  ]);
  t.same(problems, []);
});

t.test(
  'a page whose logs are still being read',
  { skip: noBrowser, timeout: 240_000 },
  async (t) => {
    const file = await makeReport(t.testdir());
    const text = await readFile(file, 'utf8');
    const first = text.indexOf('<script type="text/plain" id="log-0">');
    t.ok(text.indexOf('id="data"') < first, 'they come after what the page begins with');
    const long = `<script type="text/plain">${'x'.repeat(64 * 1024 * 1024)}</script>`;
    await writeFile(file, `${text.slice(0, first)}${long}${text.slice(first)}`);
    await using browser = await startBrowser();
    const { page, problems } = await openFile(browser, file, 'commit');
    await page.getByRole('link', { name: 'a/b' }).first().click();
    t.equal(await page.evaluate('document.readyState'), 'loading', 'a case is open already');
    const argv = page.getByRole('button', { name: /argv\.txt/ });
    await argv.click();
    await page.locator('pre.file', { hasText: 'qemu-system' }).waitFor();
    t.same(problems, []);
  },
);

/** An event that is there as long as its lane is. */
const lanes = [
  ['machine', 'main-0: lost (killed)'],
  ['machine', 'main-0: back'],
  ['network', 'network: main-0: unplugged'],
  ['steps', 'notes'],
  ['steps', 'takes the release next'],
  ['QMP', 'POWERDOWN'],
] as const;

t.test('the host beside the run', { skip: noBrowser, timeout: 240_000 }, async (t) => {
  const file = await makeReport(t.testdir());
  await using browser = await startBrowser();
  const { page, problems } = await openFile(browser, file);
  await page.getByRole('link', { name: 'Timeline' }).click();
  const plots = page.locator('.plot');
  await plots.nth(2).locator('canvas').waitFor();
  t.same(await plots.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label'))), [
    'vCPUs and memory given to machines over time',
    'cases that wait and attempts that run over time',
    'processors, memory and pressure of the host over time',
  ]);
  t.same(
    (await plots.nth(2).locator('.u-legend .u-label').allInnerTexts()).map((s) => s.trim()),
    [
      's',
      'CPU busy',
      'waiting for CPU',
      'waiting for memory',
      'waiting for disks',
      'MiB available',
    ],
  );
  const drawn = await page.evaluate(`(() => {
    const canvas = document.querySelectorAll('.plot canvas')[2];
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value) => value > 0);
  })()`);
  t.equal(drawn, true, 'it is not empty');
  t.same(problems, []);
});
