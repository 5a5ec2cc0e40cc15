/**
 * What was left out, in the report's overview and beside the promises that it would have proven.
 * Skipped where Chromium is not installed.
 */

import { join } from 'node:path';
import t from 'tap';
import type { ContractRow } from '../../harness/model/contract.js';
import type { LoggedEvent } from '../../harness/model/events.js';
import type { ClaimId } from '../../harness/model/ids.js';
import { writeHtmlReport } from '../../results/html/write-html-report.js';
import { noBrowser, openFile, startBrowser } from './support/browser.js';
import type { RunStory } from './support/events.js';
import { eventsOf, makeRun } from './support/run-directory.js';

const story: RunStory = {
  // So many that what is below them is out of sight.
  cases: Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [`boot/passes-${n}`, [{ outcome: 'passed' as const }]]),
  ),
  excluded: { 'container/docker': 'needs docker, which the image lacks' },
};

const contract: readonly ContractRow[] = ['B01', 'B02'].map((id) => {
  const row = { id: id as ClaimId, area: 'Boot', promise: `promise ${id}`, check: '' };
  return { ...row, expected: '', flags: '' };
});

async function makeReport(root: string): Promise<string> {
  const events = eventsOf('20260102-000000-aaaa', story).map((event): LoggedEvent => {
    if (event.kind !== 'case-excluded') return event;
    return { ...event, excluded: { ...event.excluded, claims: ['B02' as ClaimId] } };
  });
  const runDirectory = await makeRun(root, events);
  const output = join(runDirectory, 'report.html');
  await writeHtmlReport({ runDirectory, contract, output });
  return output;
}

t.test('what was left out is found', { skip: noBrowser, timeout: 240_000 }, async (t) => {
  const file = await makeReport(t.testdir());
  await using browser = await startBrowser();
  const { page, problems } = await openFile(browser, file);
  await page.getByRole('button', { name: '1 excluded' }).click();
  await page.locator('h2:focus', { hasText: 'Excluded' }).waitFor();
  const heading = await page.getByRole('heading', { name: 'Excluded' }).boundingBox();
  t.ok(heading && heading.y >= 0 && heading.y < 900, 'it is in sight');
  t.ok(await page.locator('tbody tr').count(), 'the cases are still there');

  await page.getByRole('link', { name: 'Contract' }).click();
  const row = page.locator('tr', { hasText: 'promise B02' });
  t.match(
    await row.innerText(),
    /no suite ran[\s\S]*container\/docker needs docker, which the image/,
  );
  t.notMatch(await page.locator('tr', { hasText: 'promise B01' }).innerText(), 'docker');
  t.same(problems, []);
});
