/**
 * The HTML report in a real browser: what it shows, that a hostile guest stays text, and that it
 * asks no network for anything. Skipped where Chromium is not installed.
 */

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import t from 'tap';
import type { ContractRow } from '../../harness/model/contract.js';
import type { ClaimId } from '../../harness/model/ids.js';
import { writeHtmlReport } from '../../results/html/write-html-report.js';
import { everyStatus, failure, type RunStory } from './support/events.js';
import { eventsOf, makeRun } from './support/run-directory.js';

const browserPath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const skip = existsSync(browserPath) ? false : `${browserPath} is not installed`;

const script = '</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">';
const evidence = 'systemd[1]: Failed to start health.service';
const consoleText = [
  '\u001b[2J\u001b[1;1HGNU GRUB',
  '\u001b]8;;https://evil.example/\u0007link\u001b]8;;\u0007 \u001b]0;title\u0007 \u001b[6n',
  script,
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
        failure: failure({ message: `bad <b>bold</b> ${script}`, evidence, stack: script }),
        steps: [[`step ${script}`, false]],
      },
    ],
  },
  excluded: { 'a/f': script },
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
  const runDirectory = await makeRun(root, eventsOf('20261122-101500-aaaa', story), {
    [`${directory}/console.log`]: consoleText,
    [`${directory}/argv.txt`]: `qemu-system-x86_64 ${script}`,
    [`${directory}/ignition.json`]: JSON.stringify({ storage: { files: [{ path: script }] } }),
  });
  await writeFile(join(runDirectory, directory, 'screen.png'), Buffer.from(redPixel, 'base64'));
  const output = join(runDirectory, 'report.html');
  await writeHtmlReport({ runDirectory, contract, output });
  return output;
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

interface Opened {
  readonly page: Page;
  readonly problems: readonly string[];
}

/** `problems` are console errors, exceptions, and requests for anything but the file itself. */
async function openReport(context: BrowserContext, file: string): Promise<Opened> {
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith('file:') && !url.startsWith('data:')) problems.push(`asked for ${url}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, problems };
}

t.test('the report in Chromium', { skip, timeout: 120_000 }, async (t) => {
  const root = t.testdir();
  const file = await makeReport(root);
  const profile = join(root, 'profile');
  const options = { executablePath: browserPath, headless: true, args: flags };
  const context = await chromium.launchPersistentContext(profile, options);
  t.teardown(async () => await context.close());
  const { page, problems } = await openReport(context, file);
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
  await rows.scrollIntoViewIfNeeded();
  await rows.filter({ hasText: evidence }).waitFor();
  await rows.filter({ hasText: 'window.hacked' }).waitFor();
  t.ok(await page.locator('.xterm-decoration').count(), 'the bad line is marked');
  t.equal(await page.locator('.serial a').count(), 0);
  t.equal(await page.title(), 'failed · 20261122-101500-aaaa', 'a console has no title to set');
  await page.getByRole('button', { name: /ignition\.json/ }).click();
  await page.locator('pre.file', { hasText: 'window.hacked' }).waitFor();
  await page.getByRole('button', { name: /screen\.png/ }).click();
  await page.locator('img.screen').waitFor();
  const picture = `document.querySelector('img.screen')`;
  const drawn = await page.evaluate(`${picture}.decode().then(() => ${picture}.naturalWidth)`);
  t.equal(drawn, 1, 'the picture of the screen is drawn');
  await page.getByRole('slider').focus();
  await page.keyboard.press('Home');
  t.equal(await page.locator('.events li[aria-current]').count(), 1);
  await notHacked();
  t.same(problems, [], 'no error, and no request');
});

t.test('the file holds no address and only one program', async (t) => {
  const text = await readFile(await makeReport(t.testdir()), 'utf8');
  t.equal([...text.matchAll(/<script>/g)].length, 1);
  t.notMatch(text, /<(?:link|img|iframe)\b/);
  t.match(text, /script-src 'sha256-[\w+/=]+'/);
  const data = /id="data">(.*)<\/script>/.exec(text)?.[1] ?? '';
  t.notMatch(data, '<', 'JSON can’t end its element');
});
