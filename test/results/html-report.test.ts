/**
 * The HTML report in a real browser: what it shows, that a hostile guest stays text, and that it
 * asks no network for anything. Skipped where Chromium is not installed.
 */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import t from 'tap';
import { inView, noBrowser, openFile, startBrowser } from './support/browser.js';
import { evidence, makeReport, unsafe } from './support/hostile-report.js';

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
