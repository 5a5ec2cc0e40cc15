/**
 * The HTML report of a stored run, beside its record unless it is wanted elsewhere.
 */

import { join } from 'node:path';
import { writeHtmlReport } from '../../results/html/write-html-report.js';
import { runFiles } from '../../results/run-files.js';
import { toError } from '../base/errors.js';
import { claimedContract } from './claimed-contract.js';

/** Where it is, and the files that the record names and that are not there. */
export interface HtmlReport {
  readonly output: string;
  readonly missing: readonly string[];
}

/** Writes it anew. Throws what {@link writeHtmlReport} throws. */
export async function htmlReportOf(
  runDirectory: string,
  output = join(runDirectory, runFiles.html),
): Promise<HtmlReport> {
  const contract = await claimedContract();
  const request = { runDirectory, contract, output };
  return { output, missing: await writeHtmlReport(request) };
}

/** Likewise for what stands without it: undefined, or why there is none. */
export async function tryHtmlReportOf(runDirectory: string): Promise<string | undefined> {
  try {
    await htmlReportOf(runDirectory);
    return undefined;
  } catch (thrown) {
    return toError(thrown).message;
  }
}
