/**
 * The console of a machine in the report, in a real browser: what boot loaders clear away is still there
 * to be read, and the bad line is marked where it is. Skipped where Chromium is not installed.
 */

import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t from 'tap';
import { writeHtmlReport } from '../../results/html/write-html-report.js';
import { noBrowser, openFile, startBrowser } from './support/browser.js';
import { failure } from './support/events.js';
import { eventsOf, makeRun } from './support/run-directory.js';

const evidence = 'systemd[1]: Failed to start health.service';
/** As the machine says it, with a mark that turns around what follows. */
const turned = evidence.replace('health', '\u202ehealth');

function lines(what: string, count: number): string {
  return Array.from({ length: count }, (_, n) => `${what} ${n} of ${count}\r\n`).join('');
}

/** What GRUB 2.12 of Debian 13 sends to a serial console: its menu, a count-down, and a boot. */
const grub = [
  '\u001b[H\u001b[J\u001b[1;1H\u001b[?25l\u001b[m\u001b[H\u001b[J\u001b[1;1H',
  '\u001b[2;25HGNU GRUB  version 2.12-9+deb13u4\n\r\n\r\u001b[m',
  ...['+----+', '|', '|', '+----+'].map((text, row) => `\u001b[${row + 4};2H${text}`),
  '\u001b[m\u001b[16;80H \u001b[5;78H\u001b[22;1H   It will be executed automatically in 1s. ',
  '\u001b[5;78H\u001b[22;1H   It will be executed automatically in 0s. \u001b[5;78H',
  '\u001b[?25h\u001b[H\u001b[J\u001b[1;1H\u001b[H\u001b[J\u001b[1;1H  Booting the default\n\r\n\r',
].join('');
/** The same over the firmware of EDK2, which clears by other means. */
const edk2 = '\u001b[0m\u001b[30m\u001b[40m\u001b[2J\u001b[01;01H\u001b[0m\u001b[37m\u001b[40m';
const resets = '\u001bc\u001b[3J\u001b[5;10r\u001b#8\u001b[10;1H\u001b[1J';

const consoleText = [
  lines('before the boot', 40),
  grub,
  `${lines('while it runs', 7)}[   12.1] \u001b]0;title\u0007\u001b[31m${turned}\u001b[0m\r\n`,
  lines('after the failure', 3),
  grub + edk2,
  lines('after the reboot', 12),
  resets,
  lines('at the end', 5),
].join('');

async function makeReport(root: string): Promise<string> {
  const failed = [{ outcome: 'failed' as const, failure: failure({ evidence: turned }) }];
  const events = eventsOf('20260102-000000-aaaa', { cases: { 'a/b': failed } });
  const log = 'cases/a/b/attempt-1/main-0/console.log';
  const runDirectory = await makeRun(root, events, { [log]: consoleText });
  const output = join(runDirectory, 'report.html');
  await writeHtmlReport({ runDirectory, contract: [], output });
  return output;
}

/** Resolves when what is to be drawn has been drawn. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))');
}

/** All that the terminal shows from its first row to its last, pages laid one over the other. */
async function rowsOf(page: Page): Promise<readonly string[]> {
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.press('Home');
  const all: string[] = [];
  for (let last = ''; ; await page.keyboard.press('PageDown')) {
    await drawn(page);
    const rows = await page.locator('.xterm-rows > div').allInnerTexts();
    if (rows.join('\n') === last) return all;
    last = rows.join('\n');
    all.push(...rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()));
  }
}

/** The text of the row that the mark lies on. */
const markedRow = `(() => {
  const middle = ({ top, height }) => top + height / 2;
  const at = middle(document.querySelector('.xterm-decoration').getBoundingClientRect());
  const rows = [...document.querySelectorAll('.xterm-rows > div')];
  return rows.find((row) => Math.abs(middle(row.getBoundingClientRect()) - at) < 3)?.textContent;
})()`;

t.test(
  'what a boot loader clears away is kept',
  { skip: noBrowser, timeout: 240_000 },
  async (t) => {
    const file = await makeReport(t.testdir());
    await using browser = await startBrowser();
    const { page, problems } = await openFile(browser, file);
    await page.getByRole('link', { name: 'a/b' }).first().click();
    await page.locator('.xterm-rows').scrollIntoViewIfNeeded();
    await page.locator('.xterm-decoration').waitFor();
    await drawn(page);
    t.match(
      await page.evaluate(markedRow),
      new RegExp(`12\\.1\\] ${evidence.replace('[1]', '.1.')}`),
    );
    const rows = await rowsOf(page);
    const said = [...consoleText.matchAll(/(?:before|while|after|at) [a-z ]+ \d+ of \d+/g)].map(
      ([line]) => line,
    );
    t.equal(said.length, 67);
    for (const line of said) t.ok(rows.includes(line), line);
    t.equal(
      rows.filter((row) => row.includes('GNU GRUB')).length >= 2,
      true,
      'and so are its menus',
    );
    t.ok(rows.includes(`[   12.1] ${evidence}`), 'the bad line is whole');
    const [first = -1, bad = -1, last = -1] = ['before the boot 39', '12.1', 'at the end 4'].map(
      (text) => rows.findIndex((row) => row.includes(text)),
    );
    t.ok(first < bad && bad < last, 'in their order');
    t.same(problems, []);
  },
);
