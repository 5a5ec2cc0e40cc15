/**
 * The HTML report in a real browser: what it shows, that a hostile guest stays text, and that it
 * asks no network for anything. Skipped where Chromium is not installed.
 */

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import t from 'tap';
import type { ContractRow } from '../../harness/model/contract.js';
import type { LoggedEvent } from '../../harness/model/events.js';
import type { ClaimId } from '../../harness/model/ids.js';
import { writeHtmlReport } from '../../results/html/write-html-report.js';
import {
  comesTrue,
  contrastOf,
  keepPicture,
  noBrowser,
  openFile,
  startBrowser,
} from './support/browser.js';
import { arpFrame, pcapHead, pcapPacket } from './support/captures.js';
import { everyStatus, failure, plannedCase, type RunStory } from './support/events.js';
import { eventsOf, makeRun } from './support/run-directory.js';

const script = '</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">';
/** Colours what follows, and turns it around. */
const turned = '\u001b[31m\u202egnp.exe';
/** Control characters, and the mark that turns text around. */
const unsafe = /[^\P{Cc}\t\n]|\u202e/u;
const evidence = 'systemd[1]: Failed to start health.service';
const consoleText = [
  '\u001b[2J\u001b[1;1HGNU GRUB',
  '\u001b]8;;https://evil.example/\u0007link\u001b]8;;\u0007 \u001b]0;title\u0007 \u001b[6n',
  'said before the reset',
  '\u001bc\u001b[?2J\u001b[?1049h',
  script + turned,
  `[   12.1] \u001b[31m${evidence}\u001b[0m`,
  'last line',
].join('\r\n');

const story: RunStory = {
  ...everyStatus,
  cases: {
    ...everyStatus.cases,
    'hostile/guest': [
      {
        outcome: 'failed',
        failure: failure({
          message: `bad <b>bold</b> ${script}${turned}`,
          evidence,
          steps: [`in ${turned}`],
          stack: `${script}${turned}`,
        }),
        steps: [[`step ${script}${turned}`, false]],
      },
    ],
  },
  excluded: { 'a/f': `${script}${turned}` },
};

const contract: readonly ContractRow[] = ['B01', 'B02', 'B03'].map((id) => {
  const row = { id: id as ClaimId, area: 'Boot', promise: script, check: '', expected: '' };
  return { ...row, flags: '', ...(id === 'B03' && { unproven: 'no machine <b>boots</b> so' }) };
});

/** A picture of one pixel. */
const redPixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

async function makeReport(root: string): Promise<string> {
  const directory = 'cases/hostile/guest/attempt-1/main-0';
  const events = eventsOf('20261122-101500-aaaa', story);
  const began = events.find((one) => one.kind === 'attempt-started' && /^hostile/.test(one.case));
  const startMs = Date.parse(began?.at ?? '');
  const command = {
    kind: 'machine-command',
    machine: 'main-0',
    shown: 'cat it',
    status: 0,
  } as const;
  const printed = { stdout: `printed ${turned}`, stderr: '', durationMs: 3 };
  const ran = { ...began, ...command, ...printed } as LoggedEvent;
  const all = events.flatMap((one) => (one === began ? [one, ran] : [one]));
  const logged = all.map((one, seq) => ({ ...one, seq }));
  const entry = { MESSAGE: `${script}${turned}`, SYSLOG_IDENTIFIER: 'evil', _PID: '7' };
  const runDirectory = await makeRun(root, logged, {
    [`${directory}/console.log`]: consoleText,
    [`${directory}/console.times`]: `0 ${startMs + 500}\n`,
    [`${directory}/journal.jsonl`]: `${JSON.stringify({ ...entry, __REALTIME_TIMESTAMP: `${startMs + 900}000` })}\n`,
    [`${directory}/argv.txt`]: `qemu-system-x86_64 ${script}${turned}`,
    [`${directory}/ignition.json`]: JSON.stringify({
      storage: { files: [{ path: `${script}${turned}` }] },
    }),
  });
  await writeFile(join(runDirectory, directory, 'screen.png'), Buffer.from(redPixel, 'base64'));
  const capture = Buffer.concat([pcapHead, pcapPacket(startMs / 1000, arpFrame())]);
  await writeFile(join(runDirectory, directory, 'nic0.pcap'), capture);
  const output = join(runDirectory, 'report.html');
  await writeHtmlReport({ runDirectory, contract, output });
  return output;
}

t.test('the report in Chromium', { skip: noBrowser, timeout: 240_000 }, async (t) => {
  const root = t.testdir();
  const file = await makeReport(root);
  await using browser = await startBrowser();
  const { page, problems } = await openFile(browser, file);
  const notHacked = async () => t.equal(await page.evaluate('window.hacked'), undefined);

  await page.getByRole('heading', { name: 'Cases' }).waitFor();
  t.match(await page.locator('header').innerText(), /failed[\s\S]*20261122-101500-aaaa/);
  t.equal(await page.locator('tbody tr').count(), 9);
  await page.getByRole('button', { name: '1 flaky' }).click();
  t.equal(await page.locator('tbody tr').count(), 1);
  t.match(await page.locator('tbody tr').innerText(), /update\/rollback/);
  t.match(await page.locator('main').innerText(), /window\.hacked = 1/, 'shown as text');
  await notHacked();

  await page.keyboard.press('Tab');
  await page.getByRole('link', { name: 'Contract' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Contract coverage' }).waitFor();
  t.match(await page.locator('main').innerText(), /1 refuted[\s\S]*1 no suite\s/);
  t.match(await page.locator('main').innerText(), /no machine <b>boots<\/b> so/);
  await page.getByRole('link', { name: 'Timeline' }).click();
  await page.locator('svg.lanes').waitFor();
  t.equal(await page.locator('svg.lanes a').count(), 11, 'a bar per attempt');
  t.ok(await page.locator('.plot canvas').count(), 'the plot is drawn');

  await page.getByRole('link', { name: /^hostile\/guest: failed/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('to the first bad line').waitFor();
  t.match(await page.locator('.failure').innerText(), 'bad <b>bold</b> </script>');
  t.equal(await page.locator('.failure b, main img, main script').count(), 0);
  const rows = page.locator('.xterm-rows');
  await inView(rows, rows.filter({ hasText: evidence }));
  await inView(rows, rows.filter({ hasText: 'window.hacked' }));
  t.notMatch(await page.locator('main').textContent(), unsafe);
  await page.getByText('stack', { exact: true }).click();
  t.match(await page.locator('.failure').innerText(), /in: in gnp\.exe[\s\S]*2">gnp\.exe/);
  await inView(rows, rows.filter({ hasText: 'said before the reset' }));
  t.ok(await page.locator('.xterm-decoration').count(), 'the bad line is marked');
  t.equal(await page.locator('.serial a').count(), 0);
  t.equal(await page.title(), 'failed · 20261122-101500-aaaa', 'a console has no title to set');
  for (const name of [/journal\.jsonl/, /argv\.txt/, /ignition\.json/]) {
    await page.getByRole('button', { name }).click();
    await page.locator('pre.file', { hasText: 'gnp.exe' }).waitFor();
  }
  await page.getByRole('button', { name: /screen\.png/ }).click();
  await page.locator('img.screen').waitFor();
  const picture = `document.querySelector('img.screen')`;
  const drawn = await page.evaluate(`${picture}.decode().then(() => ${picture}.naturalWidth)`);
  t.equal(drawn, 1, 'the picture of the screen is drawn');

  const now = page.locator('.events li[aria-current]');
  const slider = page.getByRole('slider');
  await slider.focus();
  await page.keyboard.press('Home');
  t.match(await now.innerText(), /main-0: kernel|ARP|GNU GRUB|cat it/);
  t.match(await slider.getAttribute('aria-valuetext'), /^\d+ ms: /);
  const kinds = (await page.locator('.events .kind').allInnerTexts()).sort();
  const expected = ['console', 'journal', 'packet', 'phase', 'screen', 'step', 'end'];
  for (const kind of expected) t.ok(kinds.includes(kind), `${kind} is on the one timeline`);
  await page.locator('.events li', { hasText: 'ARP who has' }).click();
  t.match(await now.innerText(), /^500 ms/);
  await page.getByRole('button', { name: /^packets 1/ }).click();
  t.equal(await page.locator('.events li', { hasText: 'ARP who has' }).count(), 0);
  await page.locator('.events li', { hasText: 'cat it' }).click();
  t.equal(await page.locator('pre.detail').innerText(), 'printed gnp.exe');
  t.notMatch(await page.locator('main').textContent(), unsafe, 'nothing is turned around');
  await slider.focus();
  await page.keyboard.press('End');
  t.match(await now.innerText(), /failed|picture/);
  await notHacked();
  t.same(problems, [], 'no error, and no request');
});

t.test(
  'light and dark can be read, and are kept as pictures',
  {
    skip: noBrowser,
    timeout: 240_000,
  },
  async (t) => {
    const file = await makeReport(t.testdir());
    await using browser = await startBrowser();
    const { page, problems } = await openFile(browser, file);
    const backs = new Set<unknown>();
    for (const [view, ready, texts] of views) {
      await page.goto(`${page.url().split('#')[0]}${view}`);
      await inView(page.locator(ready[0]), page.locator(ready.at(-1) ?? ''));
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        for (const text of texts) {
          const ratio = await contrastOf(page, text);
          t.ok(ratio >= 4.5, `${text} on ${view} in ${colorScheme}: ${ratio.toFixed(1)}`);
        }
        await page.setViewportSize({ width: 800, height: 900 });
        // Charts follow the window a moment later.
        const fits = await comesTrue(page, 'document.documentElement.scrollWidth <= innerWidth');
        t.ok(fits, `${view} fits into 800 pixels`);
        const heights = `[...document.querySelectorAll('.badge')].map((one) => one.offsetHeight)`;
        const tallest = await page.evaluate(`Math.max(...${heights})`);
        t.ok(Number(tallest) < 30, `badges on ${view} are of one line: ${tallest}`);
        await page.setViewportSize({ width: 1280, height: 900 });
        await keepPicture(page, `report-${colorScheme}-${view.replace(/\W+/g, '') || 'overview'}`);
        backs.add(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      }
    }
    t.equal(backs.size, 2, 'they differ');
    t.same(problems, []);
  },
);

/**
 * Resolves when something is there inside a place. A terminal out of sight is not drawn, and what comes
 * late above it pushes it out of sight: it is scrolled to again.
 */
async function inView(place: Locator, inside: Locator): Promise<void> {
  for (let left = 60; ; left -= 1) {
    try {
      await place.first().scrollIntoViewIfNeeded({ timeout: 1_000 });
      await inside.first().waitFor({ timeout: 1_000 });
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/** A view, what is there when it is drawn, and what must be readable on it. */
const views = [
  [
    '#/',
    ['tbody tr'],
    ['main', 'header .dim', '.badge.failed', '.badge.flaky', '.badge.passed', 'a'],
  ],
  ['#/timeline', ['.plot canvas'], ['main', 'main .dim']],
  ['#/contract', ['tbody tr'], ['.badge.failed', 'code']],
  [
    '#/case/8',
    ['.serial', '.xterm-rows > div:has-text("last line")'],
    ['.message', '.events .at', '.events .bad', '.events .kind'],
  ],
] as const;

t.test(
  'a finding in the journal is marked there',
  { skip: noBrowser, timeout: 240_000 },
  async (t) => {
    const root = t.testdir();
    const text = 'Timed out waiting for device a.';
    const events = eventsOf('20261122-101500-bbbb', {
      cases: { 'a/b': [{ outcome: 'failed', failure: failure({ evidence: text }) }] },
    });
    const of = { case: plannedCase('a/b').id, attempt: 1, machine: 'main-0', boot: 1 } as const;
    const seen = { kind: 'journal', identifier: 'systemd' } as const;
    const finding = { kind: 'finding', ...of, seen, text, pattern: 'x', phase: 'units' } as const;
    const at = events.findIndex(({ kind }) => kind === 'attempt-ended');
    const { at: time } = events[at] as LoggedEvent;
    const all = events.toSpliced(at, 0, { ...finding, severity: 'fatal', seq: 0, at: time });
    const directory = 'cases/a/b/attempt-1/main-0';
    const line = (message: string) =>
      `${JSON.stringify({ MESSAGE: message, SYSLOG_IDENTIFIER: 'systemd', _PID: '1' })}\n`;
    const fill = Array.from({ length: 300 }, (_, index) => line(`Started unit-${index}.`)).join('');
    const runDirectory = await makeRun(
      root,
      all.map((event, seq) => ({ ...event, seq })),
      {
        [`${directory}/console.log`]: `${text}\n`,
        [`${directory}/journal.jsonl`]: `${fill}${line(text)}${fill}`,
      },
    );
    const output = join(runDirectory, 'report.html');
    t.same(await writeHtmlReport({ runDirectory, contract, output }), []);
    await using browser = await startBrowser();
    const { page, problems } = await openFile(browser, `${output}`);
    await page.getByRole('link', { name: 'a/b' }).first().click();
    const mark = page.locator('pre.file mark');
    await mark.waitFor();
    t.match(await mark.innerText(), /systemd\[1\]: Timed out waiting for device a\.$/);
    t.ok(await page.evaluate(`document.querySelector('pre.file').scrollTop > 0`), 'it is in sight');
    await page.getByRole('button', { name: /console\.log/ }).click();
    const rows = page.locator('.xterm-rows');
    await inView(rows, rows.filter({ hasText: 'Timed out' }));
    t.equal(
      await page.locator('.xterm-decoration').count(),
      0,
      'a console that quotes it is not marked',
    );
    t.same(problems, []);
  },
);

t.test('the file holds no address, and no program but the page’s own two', async (t) => {
  const text = await readFile(await makeReport(t.testdir()), 'utf8');
  const scripts = [...text.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = '']) => script);
  const digests = scripts.map((script) => createHash('sha256').update(script).digest('base64'));
  t.equal(scripts.length, 2);
  t.match(text, `script-src ${digests.map((one) => `'sha256-${one}'`).join(' ')};`);
  t.notMatch(text, /<(?:link|img|iframe)\b/);
  const data = /id="data">(.*)<\/script>/.exec(text)?.[1] ?? '';
  t.notMatch(data, '<', 'JSON can’t end its element');
  t.notMatch(data, /\\u001b|\u202e/, 'no escape, and no mark that turns text around');
});
