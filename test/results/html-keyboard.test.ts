/**
 * The page without a mouse: its terminal lets go of whoever comes to it, and the way past the header
 * leads to what was there. Skipped where Chromium is not installed.
 */

import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t from 'tap';
import { writeHtmlReport } from '../../results/html/write-html-report.js';
import { noBrowser, openFile, startBrowser } from './support/browser.js';
import { failure } from './support/events.js';
import { eventsOf, makeRun } from './support/run-directory.js';

const log = 'cases/a/b/attempt-1/main-0/console.log';

async function makeReport(root: string): Promise<string> {
  const failed = [{ outcome: 'failed' as const, failure: failure() }];
  const lines = Array.from({ length: 300 }, (_, n) => `line ${n} of the console\r\n`);
  const events = eventsOf('20260102-000000-aaaa', { cases: { 'a/b': failed } });
  const runDirectory = await makeRun(root, events, { [log]: lines.join('') });
  const output = join(runDirectory, 'report.html');
  await writeHtmlReport({ runDirectory, contract: [], output });
  return output;
}

const hasFocus = async (page: Page, selector: string) =>
  await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`);

t.test('the keyboard alone', { skip: noBrowser, timeout: 240_000 }, async (t) => {
  const file = await makeReport(t.testdir());
  await using browser = await startBrowser();
  const { page, problems } = await openFile(browser, file);
  await page.getByRole('link', { name: 'a/b' }).first().click();

  const rows = page.locator('.xterm-rows');
  await rows.scrollIntoViewIfNeeded();
  await rows.filter({ hasText: 'line 299 of' }).waitFor();
  const input = page.locator('.xterm-helper-textarea');
  const scrolled: readonly (readonly [string, string])[] = [
    ['Home', 'line 0 of'],
    ['PageDown', 'line 31 of'],
    ['PageUp', 'line 0 of'],
    ['End', 'line 299 of'],
    ['ArrowUp', 'line 270 of'],
  ];
  await input.focus();
  for (const [key, line] of scrolled) {
    await page.keyboard.press(key);
    await rows.filter({ hasText: line }).waitFor();
    t.pass(`${key} shows ${line}`);
  }
  for (const key of ['Tab', 'Shift+Tab']) {
    await input.focus();
    t.equal(await hasFocus(page, '.xterm-helper-textarea'), true);
    await page.keyboard.press(key);
    t.equal(await hasFocus(page, '.xterm-helper-textarea'), false, `${key} leaves the terminal`);
  }

  await page.getByRole('button', { name: 'Skip to content' }).focus();
  await page.keyboard.press('Enter');
  t.equal(await hasFocus(page, 'main'), true);
  t.equal(new URL(page.url()).hash, '#/case/0', 'the view is the same');
  await page.getByRole('heading', { name: 'a/b' }).waitFor();
  t.same(problems, [], 'no error, and no request');
});
