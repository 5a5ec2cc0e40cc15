/**
 * A failure capsule as a file: one `.tar.zst` with a run's directory that holds a single case and
 * everything about it. Packed and unpacked by GNU tar and zstd, which every CI and laptop has.
 */

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { readRecord } from '../../../results/record-file.js';
import { toError, UsageError } from '../../base/errors.js';
import { exists } from '../../base/exists.js';
import { removeTree } from '../../base/run-dir.js';
import { parseRunId } from '../../model/ids.js';
import type { RunRecord } from '../../model/record.js';

/** The file in the run's directory that says what the capsule is about. */
const pageName = 'capsule.json';

const schemaVersion = 1;

const pageSchema = z.object({
  schema: z.literal(schemaVersion),
  /** The id of the case. */
  case: z.string(),
  createdAt: z.string(),
});

/** What a capsule says of itself. */
export type CapsulePage = z.infer<typeof pageSchema>;

/** Writes the page into a staged run directory. */
export async function writePage(directory: string, caseId: string): Promise<void> {
  const page = { schema: schemaVersion, case: caseId, createdAt: new Date().toISOString() };
  await writeFile(join(directory, pageName), `${JSON.stringify(page, null, 2)}\n`);
}

/** Packs a staged run directory, whole or not at all. Throws OUTPUT_EXISTS, MISSING_TOOL, OUTPUT_FAILED (usage). */
export async function pack(directory: string, file: string): Promise<void> {
  await requireAbsent(file);
  const owner = ['--owner=0', '--group=0', '--sort=name'];
  const from = ['-C', dirname(directory), '--', basename(directory)];
  const partial = `${file}.${process.pid}.partial`;
  try {
    await tar(['--zstd', '--create', '--file', partial, ...owner, ...from], 'OUTPUT_FAILED');
    await orOutputFailed(file, rename(partial, file));
  } finally {
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

async function orOutputFailed(path: string, written: Promise<unknown>): Promise<void> {
  try {
    await written;
  } catch (thrown) {
    const next = 'choose another place with --output';
    const message = `cannot write ${path}: ${toError(thrown).message}; ${next}`;
    throw new UsageError('OUTPUT_FAILED', message, { cause: thrown });
  }
}

/** What was in a capsule; `runDirectory` is absolute. */
export interface Unpacked {
  readonly runDirectory: string;
  readonly page: CapsulePage;
  readonly record: RunRecord;
}

/**
 * Unpacks into a new directory, which is there only if all went well, and returns the run's directory in
 * it with its record. Throws OUTPUT_EXISTS, OUTPUT_FAILED, NO_SUCH_FILE, NOT_A_CAPSULE, MISSING_TOOL (usage),
 * and like {@link readRecord}.
 */
export async function unpack(file: string, directory: string): Promise<Unpacked> {
  await requireFile(file);
  await requireAbsent(directory);
  const listing = await read(['--list'], file);
  const run = onlyRun(listing, file);
  await orOutputFailed(directory, mkdir(directory, { recursive: true }));
  const runDirectory = join(resolve(directory), run);
  try {
    await extract(file, directory);
    const page = await readPage(runDirectory, file);
    return { runDirectory, page, record: await readRecord(runDirectory) };
  } catch (thrown) {
    await removeTree(directory).catch(() => undefined);
    throw thrown;
  }
}

async function extract(file: string, directory: string): Promise<void> {
  const safely = ['--no-same-owner', '--no-same-permissions'];
  await read(['--extract', ...safely, '-C', directory], file);
}

/** Names that leave the run's directory are no capsule's, whatever tar would make of them. */
function onlyRun(listing: string, file: string): string {
  const names = listing.split('\n').filter((name) => name !== '');
  const [run = ''] = names[0]?.split('/') ?? [];
  const stays = (name: string) => name.startsWith(`${run}/`) && !name.split('/').includes('..');
  if (parseRunId(run) !== undefined && names.every(stays)) return run;
  throw new UsageError('NOT_A_CAPSULE', `${file} does not hold the directory of one run`);
}

async function readPage(runDirectory: string, file: string): Promise<CapsulePage> {
  try {
    return pageSchema.parse(JSON.parse(await readFile(join(runDirectory, pageName), 'utf8')));
  } catch (thrown) {
    const found = (await readdir(runDirectory).catch((): string[] => [])).includes(pageName);
    const why = found ? `its ${pageName} is of another version` : `it has no ${pageName}`;
    throw new UsageError('NOT_A_CAPSULE', `${file} is no capsule: ${why}`, { cause: thrown });
  }
}

async function requireFile(path: string): Promise<void> {
  if (await exists(path)) return;
  const next = 'give a file that ./yard capsule has made';
  throw new UsageError('NO_SUCH_FILE', `there is no file ${path}; ${next}`);
}

async function requireAbsent(path: string): Promise<void> {
  if (!(await exists(path))) return;
  throw new UsageError('OUTPUT_EXISTS', `${path} exists; choose another place with --output`);
}

async function read(argv: readonly string[], file: string): Promise<string> {
  return await tar(['--zstd', '--file', file, ...argv], 'NOT_A_CAPSULE', `${file} is no capsule: `);
}

async function tar(argv: readonly string[], code: string, what = 'tar failed: '): Promise<string> {
  try {
    const { stdout } = await execa('tar', argv, { env: { LC_ALL: 'C' } });
    return stdout;
  } catch (thrown) {
    const reason = toError(thrown).message;
    if (/zstd: (?:Cannot exec|not found)/.test(reason)) {
      throw new UsageError('MISSING_TOOL', 'zstd was not found; install the package zstd');
    }
    const words = `${what}${firstWords(reason)}`;
    throw new UsageError(code, words, { cause: thrown });
  }
}

/** What tar's helper said, or tar itself: after execa's line, before tar's word that a child failed. */
function firstWords(reason: string): string {
  const [first = '', ...said] = reason.split('\n').filter((line) => line !== '');
  return said.find((line) => !line.includes('Child returned status')) ?? first;
}
