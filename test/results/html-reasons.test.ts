/**
 * Cases that share a reason, in the report's overview: a failure, or nothing but their status. Skipped
 * where Chromium is not installed.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { PageData } from '../../results/html/page-data.js';
import { writeHtmlReport } from '../../results/html/write-html-report.js';
import { noBrowser, openFile, startBrowser } from './support/browser.js';
import { failure, type RunStory } from './support/events.js';
import { eventsOf, makeRun } from './support/run-directory.js';

const failed = { outcome: 'failed', failure: failure() } as const;
const deadline = failure({ code: 'RUN_DEADLINE', kind: 'cancelled', message: 'it was too late' });
const story: RunStory = {
  cases: {
    ...{ 'a/fails': [failed], 'b/fails': [failed] },
    ...{ 'a/never': [], 'b/never': [], 'c/never': [] },
    ...{
      'a/cut': [{ outcome: 'cancelled' }],
      'b/cut': [{ outcome: 'cancelled', failure: deadline }],
    },
  },
};

async function makeReport(root: string): Promise<string> {
  const runDirectory = await makeRun(root, eventsOf('20260102-000000-aaaa', story));
  const output = join(runDirectory, 'report.html');
  await writeHtmlReport({ runDirectory, contract: [], output });
  return output;
}

/** The page as it is when cases without a failure are grouped too. */
async function regroup(
  file: string,
  groupOf: (suite: string) => number | undefined,
): Promise<void> {
  const text = await readFile(file, 'utf8');
  const [, json = ''] = /id="data">(.*)<\/script>/.exec(text) ?? [];
  const data = JSON.parse(json) as PageData;
  const cases = data.cases.map((page, index) => {
    const group = groupOf(data.record.cases[index]?.suite ?? '');
    return group === undefined ? page : { ...page, group };
  });
  await writeFile(
    file,
    text.replace(json, () => JSON.stringify({ ...data, cases })),
  );
}

t.test(
  'cases without a failure share a status, and perhaps a reason',
  { skip: noBrowser, timeout: 240_000 },
  async (t) => {
    const file = await makeReport(t.testdir());
    await regroup(file, (suite) => ({ never: 8, cut: 9 })[suite.split('/')[1] ?? '']);
    await using browser = await startBrowser();
    const { page, problems } = await openFile(browser, file);
    const reasons = await page.locator('.reason').allInnerTexts();
    t.match(reasons, [
      /^2 cases failed for one reason\s+main-0: Ignition gave up/,
      /^3 cases missing: planned, but it has no outcome\s+which/,
      /^2 cases cancelled\s+which\s+a\/cut its end is not in the event log\s+b\/cut it was too late/,
    ]);
    t.equal(await page.locator('.reason pre').count(), 1, 'nothing is said twice');
    t.same(problems, []);
  },
);
