/**
 * A journal in the HTML report, in a real browser: its bad line is marked. Skipped where Chromium is not
 * installed.
 */

import { join } from 'node:path';
import t from 'tap';
import type { LoggedEvent } from '../../harness/model/events.js';
import { writeHtmlReport } from '../../results/html/write-html-report.js';
import { inView, noBrowser, openFile, startBrowser } from './support/browser.js';
import { failure, plannedCase } from './support/events.js';
import { contract } from './support/hostile-report.js';
import { eventsOf, makeRun } from './support/run-directory.js';

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
