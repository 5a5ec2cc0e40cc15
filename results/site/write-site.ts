/**
 * Writes the site of many runs as static files: `index.html`, and `runs/RUN.html` for the newest.
 */

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError, toError, UsageError } from '../../harness/base/errors.js';
import { exists } from '../../harness/base/exists.js';
import type { ContractRow } from '../../harness/model/contract.js';
import { compareStored, runBefore } from '../compare-stored.js';
import type { History } from '../history-database.js';
import { writeHtmlReport } from '../html/write-html-report.js';
import { readRecord, writeWhole } from '../record-file.js';
import type { Board } from './board-section.js';
import type { Changes } from './changes-section.js';
import { type SiteData, siteData } from './site-data.js';
import { sitePage, siteTitle } from './site-page.js';

/** A site to be written; existing reports of runs are kept, the index is made anew. */
export interface SiteRequest {
  readonly history: History;
  readonly runsRoot: string;
  readonly target: string;
  readonly contract: readonly ContractRow[];
  /** How many runs the heat map shows, and how many of them get their report. */
  readonly runs: number;
  readonly reports: number;
  /** What a gate says of its channels; nothing is shown of them without. */
  readonly board?: Board;
}

/** The path of the index, and what could not be shown. */
export interface WrittenSite {
  readonly index: string;
  readonly notes: readonly string[];
}

/**
 * Writes the files; a run that can't be read any more has no page. Throws OUTPUT_FAILED, and OUTPUT_EXISTS
 * where another site is (usage).
 */
export async function writeSite(request: SiteRequest): Promise<WrittenSite> {
  const notes: string[] = [];
  const data = siteData(request.history.database, request.runs);
  const index = join(request.target, 'index.html');
  await requireOwn(index);
  try {
    await mkdir(join(request.target, 'runs'), { recursive: true });
    const reports = await writeReports(request, data, notes);
    const changes = await unlessDamaged(notes, async () => await changesOf(request, data));
    const extras = { board: request.board, changes };
    await writeWhole(index, Buffer.from(sitePage(data, reports, extras)));
    return { index, notes };
  } catch (thrown) {
    const message = `cannot write the site to ${request.target}: ${toError(thrown).message}`;
    throw new UsageError('OUTPUT_FAILED', message, { cause: thrown });
  }
}

/** A page of somebody else's is not written over. */
async function requireOwn(index: string): Promise<void> {
  const text = await readFile(index, 'utf8').catch(() => undefined);
  if (text === undefined || text.includes(siteTitle)) return;
  const message = `${index} is no page of yard site; choose another directory`;
  throw new UsageError('OUTPUT_EXISTS', message);
}

/** What was read into the history may have been damaged since. */
async function unlessDamaged<T>(notes: string[], make: () => Promise<T>): Promise<T | undefined> {
  try {
    return await make();
  } catch (thrown) {
    if (!(thrown instanceof HarnessError) || !/^(RECORD|RUN)_/.test(thrown.code)) throw thrown;
    notes.push(thrown.message);
    return undefined;
  }
}

async function writeReports(
  request: SiteRequest,
  { runs }: SiteData,
  notes: string[],
): Promise<ReadonlySet<string>> {
  const written = new Set<string>();
  for (const { run } of runs.slice(Math.max(0, runs.length - request.reports))) {
    const output = join(request.target, 'runs', `${run}.html`);
    const runDirectory = join(request.runsRoot, run);
    const isThere = await exists(output);
    const make = async () => {
      if (!isThere) await writeHtmlReport({ runDirectory, contract: request.contract, output });
      written.add(run);
    };
    await unlessDamaged(notes, make);
  }
  return written;
}

/** Of the newest run; undefined when there is none before it to compare with. */
async function changesOf(
  { history: { database }, runsRoot }: SiteRequest,
  { runs }: SiteData,
): Promise<Changes | undefined> {
  const newest = runs.at(-1)?.run;
  const earlier = newest === undefined ? undefined : runBefore(database, newest);
  if (newest === undefined || earlier === undefined) return undefined;
  const before = await readRecord(join(runsRoot, earlier));
  const after = await readRecord(join(runsRoot, newest));
  return { before, after, comparison: compareStored(database, before, after) };
}
