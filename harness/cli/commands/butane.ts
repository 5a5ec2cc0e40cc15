/**
 * `yard butane`: a Butane config to Ignition, with the report, the output and the exit status of
 * the original program.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { translateButane } from '../../../platforms/butane/butane.js';
import { renderReport } from '../../../platforms/butane/render-report.js';
import { UsageError } from '../../base/errors.js';

const fileProblem = 'BAD_INPUT';

export interface ButaneCommandOptions {
  readonly strict?: boolean;
  readonly pretty?: boolean;
  readonly check?: boolean;
  readonly filesDir?: string;
  readonly output?: string;
}

/** Writes the Ignition config; returns 1 if the config was refused, or a file can't be opened. */
export async function butaneCommand(
  file: string | undefined,
  options: ButaneCommandOptions,
): Promise<number> {
  try {
    return await run(file, options);
  } catch (thrown) {
    // As the original; elsewhere in `yard` it would be 2.
    if (!(thrown instanceof UsageError) || thrown.code !== fileProblem) throw thrown;
    process.stderr.write(`yard: ${thrown.message} [${thrown.code}]\n`);
    return 1;
  }
}

async function run(file: string | undefined, options: ButaneCommandOptions): Promise<number> {
  const source = await readSource(file);
  const { config, entries, blamed = [], failure } = translateButane(source, options);
  const name = file ?? '<stdin>';
  const told = [...entries, ...blamed];
  if (told.length > 0) {
    process.stderr.write(`${renderReport(told, source.toString(), name)}\n`);
  }
  if (failure !== undefined || !config) {
    process.stderr.write(`${name}: ${failure}\n`);
    return 1;
  }
  if (options.check) return 0;
  await writeOutput(`${JSON.stringify(config, null, options.pretty ? 2 : 0)}\n`, options.output);
  return 0;
}

async function readSource(file: string | undefined): Promise<Buffer> {
  if (file === undefined || file === '-') return await buffer(process.stdin);
  return await attempt(`read ${file}`, async () => await readFile(file));
}

async function writeOutput(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) process.stdout.write(text);
  else await attempt(`write ${file}`, async () => await writeFile(file, text));
}

async function attempt<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    const { message } = cause as Error;
    throw new UsageError(fileProblem, `can't ${what}: ${message}; name another file`);
  }
}
