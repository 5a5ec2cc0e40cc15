/**
 * Writes the HTML report: one file with everything in it, that needs no network and runs only its
 * own script. Logs go in one after the other, so that memory does not grow with the run, and behind what
 * the page begins with, so that nobody waits for them to be read.
 */

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { appendFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HarnessError, toError, UsageError } from '../../harness/base/errors.js';
import type { ContractRow } from '../../harness/model/contract.js';
import type { LoggedEvent } from '../../harness/model/events.js';
import type { CaseRecord, RunRecord } from '../../harness/model/record.js';
import { missingFiles } from '../missing-files.js';
import { readEventLog } from '../read-event-log.js';
import { readOwnRecord } from '../record-file.js';
import { runFiles } from '../run-files.js';
import { newSinceLastPass } from './last-pass.js';
import { makePageData } from './make-page-data.js';
import { type PageBundle, pageBundle } from './page-bundle.js';
import type { PageData } from './page-data.js';
import { openReportThreads } from './report-threads.js';
import { writeLogs } from './write-logs.js';

/** What the report is made of. */
export interface HtmlRequest {
  readonly runDirectory: string;
  readonly contract: readonly ContractRow[];
  readonly output: string;
  /** Where only the files of one case were brought. */
  readonly staged?: StagedCase;
}

/** A case whose files were copied out of its run's directory. */
export interface StagedCase {
  readonly id: CaseRecord['id'];
  /** The root of the runs that it was copied from. */
  readonly runsRoot: string;
}

/**
 * Writes the report whole or not at all; returns the files that the record names and that are not
 * there. Throws OUTPUT_FAILED (usage), and like {@link readOwnRecord}.
 */
export async function writeHtmlReport({
  runDirectory,
  contract,
  output,
  staged,
}: HtmlRequest): Promise<readonly string[]> {
  const record = await readOwnRecord(runDirectory);
  await using threads = openReportThreads(countAttempts(record));
  const { compare } = threads;
  const events = await eventsOf(runDirectory);
  const bundle = await pageBundle();
  const inside = staged ? onlyCase(record, staged) : record;
  const missing = await missingFiles(runDirectory, inside);
  const partial = `${output}.${process.pid}.partial`;
  const logs = `${output}.${process.pid}.logs.partial`;
  try {
    const [attempts, newLines] = await Promise.all([
      writeLogs({ output: logs, runDirectory, record, events, threads }),
      newSinceLastPass({ runDirectory, record: inside, root: staged?.runsRoot, compare }),
    ]);
    const data = makePageData({ record, events, contract, attempts, newLines, missing });
    await writeFile(partial, `${headOf(record, bundle)}${startOf(data, bundle)}`, { mode: 0o644 });
    await pipeline(createReadStream(logs), createWriteStream(partial, { flags: 'a' }));
    await appendFile(partial, endOf(bundle));
    await rename(partial, output);
  } catch (thrown) {
    if (thrown instanceof HarnessError) throw thrown;
    const message = `cannot write the report to ${output}: ${toError(thrown).message}`;
    throw new UsageError('OUTPUT_FAILED', message, { cause: thrown });
  } finally {
    await Promise.all([logs, partial].map((path) => rm(path, { force: true })));
  }
  return missing;
}

function countAttempts({ cases }: RunRecord): number {
  return cases.reduce((sum, { attempts }) => sum + attempts.length, 0);
}

function onlyCase(record: RunRecord, { id }: StagedCase): RunRecord {
  return { ...record, cases: record.cases.filter((one) => one.id === id) };
}

/** A run of which only the record is left has no trace. */
async function eventsOf(runDirectory: string): Promise<readonly LoggedEvent[]> {
  const names = await readdir(runDirectory);
  if (!names.includes(runFiles.events)) return [];
  return (await readEventLog(join(runDirectory, runFiles.events))).events;
}

/** Inside a script element only `</` and `<!` could end or change it; JSON allows the escape. */
function jsonForScript(value: object): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function scriptText(script: string): string {
  return script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

function sourceOf(script: string): string {
  return `'sha256-${createHash('sha256').update(scriptText(script)).digest('base64')}'`;
}

/** Only the scripts with these digests run, and nothing is fetched (w3.org/TR/CSP3). */
function policyOf({ script, laterScript }: PageBundle): string {
  const scripts = `script-src ${sourceOf(script)} ${sourceOf(laterScript)}`;
  const rules = [scripts, "style-src 'unsafe-inline'", 'img-src data:'];
  return ["default-src 'none'", ...rules, "base-uri 'none'", "form-action 'none'"].join('; ');
}

function headOf(record: RunRecord, bundle: PageBundle): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policyOf(bundle)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${record.verdict} · ${record.run}</title>`,
    `<style>${bundle.style.replaceAll('</style', '<\\/style')}</style></head>`,
    '<body><div id="app"></div><noscript>This report needs JavaScript.</noscript>\n',
  ].join('\n');
}

function startOf(data: PageData, bundle: PageBundle): string {
  const json = `<script type="application/json" id="data">${jsonForScript(data)}</script>`;
  return `${json}\n<script>${scriptText(bundle.script)}</script>\n`;
}

function endOf({ laterScript }: PageBundle): string {
  return `<script>${scriptText(laterScript)}</script>\n</body></html>\n`;
}
