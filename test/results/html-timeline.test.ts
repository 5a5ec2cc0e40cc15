/**
 * The timeline of the report in a real browser: charts and lanes are over the same time and in the same
 * place, and what still runs reaches to the end. Skipped where Chromium is not installed.
 */

import { join } from 'node:path';
import type { Page } from 'playwright-core';
import t from 'tap';
import type { LoggedEvent, RunEvent } from '../../harness/model/events.js';
import { writeHtmlReport } from '../../results/html/write-html-report.js';
import { noBrowser, openFile, startBrowser } from './support/browser.js';
import { startMs } from './support/events.js';
import { eventsOf, makeRun } from './support/run-directory.js';

/** One attempt that has not ended, and the host, of which was heard for two minutes. */
async function makeReport(root: string): Promise<string> {
  const story = { cases: { 'a/b': [{}] }, interrupted: undefined };
  const loads = Array.from({ length: 13 }, (_, n): LoggedEvent => {
    const at = new Date(startMs + n * 10_000).toISOString();
    const stalled = { cpuStalled: 0.2, memoryStalled: 0, ioStalled: 0.3 };
    const load: RunEvent = {
      kind: 'host-load',
      cpuBusy: n / 13,
      ...stalled,
      memoryAvailableMiB: 22_900,
    };
    return { ...load, seq: 0, at };
  });
  const events = [...eventsOf('20260102-000000-aaaa', story), ...loads];
  const runDirectory = await makeRun(
    root,
    events.map((event, seq) => ({ ...event, seq })),
  );
  const output = join(runDirectory, 'report.html');
  await writeHtmlReport({ runDirectory, contract: [], output });
  return output;
}

/** Left and right edge of all that shows the time, when the charts have grown or shrunk to a window. */
async function edgesAt(page: Page, width: number): Promise<readonly string[]> {
  for (let left = 100; left > 0; left -= 1) {
    const edges = (await page.evaluate(readEdges)) as readonly string[];
    const right = Number(edges[0]?.split(' to ')[1]);
    if (right < width && right > width - 150) return edges;
    await page.waitForTimeout(50);
  }
  throw new Error(`the charts do not fit into ${width} pixels`);
}

const readEdges = `[...document.querySelectorAll('.u-over, svg.lanes')].map((one) => {
  const { left, right } = one.getBoundingClientRect();
  return Math.round(left) + ' to ' + Math.round(right);
})`;

t.test('one time axis in one place', { skip: noBrowser, timeout: 240_000 }, async (t) => {
  const file = await makeReport(t.testdir());
  await using browser = await startBrowser();
  const { page, problems } = await openFile(browser, file);
  await page.getByRole('link', { name: 'Timeline' }).click();
  await page.locator('.plot').nth(2).locator('canvas').waitFor();
  t.match(await page.locator('main').innerText(), /^1 attempt in 2 min$/m);
  const label = await page.locator('svg.lanes a').getAttribute('aria-label');
  t.match(label, /^a\/b: cancelled, 1 min 58 s, /, 'what runs reaches to the last that was heard');

  for (const width of [1280, 800]) {
    await page.setViewportSize({ width, height: 900 });
    const edges = await edgesAt(page, width);
    t.equal(edges.length, 4);
    t.equal(new Set(edges).size, 1, `at ${width}: ${edges.join(', ')}`);
  }
  const area = await page.locator('.u-over').first().boundingBox();
  t.ok((area?.height ?? 0) > 100, 'there is something to see');

  await page
    .locator('.u-over')
    .first()
    .hover({ position: { x: (area?.width ?? 0) / 2, y: 40 } });
  const seconds = page.locator('.u-legend tr:first-child .u-value');
  await seconds.filter({ hasNotText: '--' }).nth(2).waitFor();
  const shown = await seconds.allInnerTexts();
  t.equal(shown.length, 3);
  t.notOk(shown.includes('--'), `one cursor for all: ${shown.join(', ')}`);
  t.same(problems, []);
});
