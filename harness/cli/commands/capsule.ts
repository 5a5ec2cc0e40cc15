/**
 * `yard capsule` and `yard open`: everything about one case in one file, for somebody else's eyes.
 */

import { cp, mkdir, readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { writeHtmlReport } from '../../../results/html/write-html-report.js';
import { readOwnRecord } from '../../../results/record-file.js';
import { decisiveAttempt, reproduceCommand } from '../../../results/reporters/explain.js';
import { runFiles } from '../../../results/run-files.js';
import { findRun } from '../../../results/run-store.js';
import { UsageError } from '../../base/errors.js';
import { makeTempDirectory, removeTree } from '../../base/run-dir.js';
import { nameOfCase } from '../../model/plan.js';
import type { CaseRecord, RunRecord } from '../../model/record.js';
import { nearestNames } from '../../select/nearest-names.js';
import { pack, unpack, writePage } from '../capsule/capsule-file.js';
import { claimedContract } from '../claimed-contract.js';
import { runsRoot, type StoreOptions } from '../runs-root.js';
import { sayMissing } from '../say-missing.js';

/** What the user said to `yard capsule`. */
export interface CapsuleOptions extends StoreOptions {
  readonly run: string;
  readonly output?: string;
  /** With the disks that the run kept. */
  readonly disks?: boolean;
}

/**
 * Writes the file and prints its path; says which files of the case are not there. Throws UNKNOWN_CASE,
 * OUTPUT_EXISTS, OUTPUT_FAILED (usage).
 */
export async function capsuleCommand(name: string, options: CapsuleOptions): Promise<void> {
  const from = await findRun(await runsRoot(options), options.run);
  const record = await readOwnRecord(from);
  const one = findCase(record, name);
  const file = options.output ?? `${nameOfCase(one).replace('/', '-')}-${record.run}.tar.zst`;
  if (options.disks) await noteWithoutDisks(join(from, 'cases', one.suite), record, one);
  const temporary = await makeTempDirectory('capsule');
  try {
    const into = join(temporary, record.run);
    const missing = await stage({ one, from, into, disks: options.disks ?? false });
    await pack(into, file);
    process.stdout.write(`${file}\n`);
    sayMissing(from, missing);
  } finally {
    await removeTree(temporary);
  }
}

/** The capsule is of use without them. */
async function noteWithoutDisks(files: string, { run }: RunRecord, one: CaseRecord): Promise<void> {
  const names = await readdir(files, { recursive: true }).catch((): string[] => []);
  if (names.some(isDisk)) return;
  const next = './yard run --keep-disks keeps those of cases that do not pass';
  process.stderr.write(`yard: run ${run} has no disks of ${nameOfCase(one)}; ${next}\n`);
}

function isDisk(path: string): boolean {
  return path.endsWith('.qcow2');
}

function findCase({ cases, run }: RunRecord, name: string): CaseRecord {
  const found = cases.find((one) => [one.id as string, nameOfCase(one)].includes(name));
  if (found) return found;
  const near = nearestNames(name, cases.map(nameOfCase));
  const next =
    near.length > 0 ? `did you mean ${near.join(' or ')}?` : './yard runs show --json has all';
  throw new UsageError('UNKNOWN_CASE', `run ${run} has no case ${name}; ${next}`);
}

interface Staging {
  readonly one: CaseRecord;
  readonly from: string;
  readonly into: string;
  readonly disks: boolean;
}

/**
 * A run's directory as every command reads it, with the files of one case only. Returns those that
 * its record names and that were not there.
 */
async function stage({ one, from, into, disks }: Staging): Promise<readonly string[]> {
  const files = join('cases', one.suite);
  await mkdir(join(into, dirname(files)), { recursive: true });
  // The record first: where one is, its log is whole. Without one the log is folded again.
  for (const name of [runFiles.record, runFiles.events]) {
    await copyIfThere(join(from, name), join(into, name), disks);
  }
  await copyIfThere(join(from, files), join(into, files), disks);
  await writePage(into, one.id);
  const contract = await claimedContract();
  const output = join(into, runFiles.html);
  const staged = { id: one.id, runsRoot: dirname(from) };
  const page = { runDirectory: into, contract, output, staged };
  return await writeHtmlReport(page);
}

/** A case that never started has left nothing, and a run that never ended has no record. */
async function copyIfThere(from: string, into: string, disks: boolean): Promise<void> {
  const filter = (path: string) => disks || !isDisk(path);
  try {
    await cp(from, into, { recursive: true, filter, preserveTimestamps: true });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
  }
}

/** Unpacks a capsule and says what is in it. Throws like {@link unpack}. */
export async function openCommand(
  file: string,
  options: { readonly output?: string },
): Promise<void> {
  const directory = options.output ?? file.replace(/\.tar\.zst$/, '').concat('.capsule');
  const { runDirectory, page, record } = await unpack(file, resolve(directory));
  const one = findCase(record, page.case);
  const failure = decisiveAttempt(one)?.failure;
  const shown = relative(process.cwd(), runDirectory) || '.';
  const lines = [
    `${nameOfCase(one)}  ${one.status}${failure ? ` in ${failure.phase} (${failure.code})` : ''}`,
    ...(failure ? [`  ${failure.message.split('\n')[0]}`] : []),
    `  image   ${record.image.name} ${record.image.channel} ${record.image.version}`,
    `  report  ${join(shown, runFiles.html)}`,
    `  files   ${join(shown, 'cases', one.suite)}`,
    `  again   ${reproduceCommand(record, one.suite)}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
