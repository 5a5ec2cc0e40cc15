/**
 * How soon a report's page can be read: from asking a running browser for the file, in a new tab, until
 * the cases are there.
 */

import { performance } from 'node:perf_hooks';
import {
  type Browser,
  noBrowser,
  openFile,
  startBrowser,
} from '../test/results/support/browser.js';

/** What is to be opened, how often, and what ends it. */
export interface OpenOptions {
  readonly file: string;
  readonly samples: number;
  readonly signal: AbortSignal;
}

/**
 * Times in milliseconds; none where there is no browser. Throws when the page complains, since it
 * has not been read then.
 */
export async function timeToContent(options: OpenOptions): Promise<readonly number[]> {
  if (noBrowser) return [];
  await using browser = await startBrowser();
  // A browser is busy with itself when it has just begun.
  await openOnce(browser, options.file);
  const times: number[] = [];
  for (let sample = 0; sample < options.samples; sample += 1) {
    options.signal.throwIfAborted();
    times.push(await openOnce(browser, options.file));
  }
  return times;
}

async function openOnce(browser: Browser, file: string): Promise<number> {
  const start = performance.now();
  const { page, problems } = await openFile(browser, file, 'commit');
  // To look for a role is a third of the whole time: it is asked of each element.
  await page.locator('main tbody tr').first().waitFor();
  const took = performance.now() - start;
  await page.close();
  if (problems.length > 0) throw new Error(`the page complains: ${problems.join('; ')}`);
  return took;
}
