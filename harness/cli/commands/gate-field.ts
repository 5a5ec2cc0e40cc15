/**
 * `yard gate canary`, `report` and `payload`: what is known from machines and people in the field, and
 * what machines in the field will get.
 */

import { join } from 'node:path';
import { readStoredRun } from '../../../results/gate/attest-run.js';
import { canariesOfRun } from '../../../results/gate/canary/canaries-of-run.js';
import { gateFiles, readCandidate } from '../../../results/gate/gate-directory.js';
import { signReport } from '../../../results/gate/human-reports.js';
import { canariesOfNebraska } from '../../../results/gate/nebraska/canaries.js';
import { lockGate } from '../../../results/gate/open-ledger.js';
import { keepPayload } from '../../../results/gate/payload-store.js';
import { readBelievedKeys } from '../../../results/gate/read-believed-keys.js';
import { type FoundCanaries, signCanary } from '../../../results/gate/sign-canary.js';
import { findRun } from '../../../results/run-store.js';
import { UsageError } from '../../base/errors.js';
import { watchInterrupts } from '../interrupt.js';
import { type GateOptions, gateDirectory, oneSigner, openNebraska } from '../open-gate.js';
import { runsRoot, type StoreOptions } from '../runs-root.js';

/** Where canaries are, and who signs for what they came to. */
export interface CanaryOptions extends GateOptions, StoreOptions {
  readonly run?: string;
  readonly group?: string;
  readonly baseline?: string;
  readonly arch?: string;
}

/** Prints the report, and signs it with `--key`. Throws ONE_SOURCE and MISSING_OPTION (usage). */
export async function canaryCommand(version: string, options: CanaryOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const directory = options.key ? await gateDirectory(options) : undefined;
  const signer = options.key ? await oneSigner(options) : undefined;
  const found = await readCanaries(version, options, interrupt.signal);
  process.stdout.write(`${JSON.stringify(found.report, null, 2)}\n`);
  if (directory === undefined || signer === undefined) return;
  process.stderr.write(`${await signCanary(directory, found, signer)}\n`);
}

async function readCanaries(
  version: string,
  options: CanaryOptions,
  signal: AbortSignal,
): Promise<FoundCanaries> {
  const { run, nebraska, group, baseline, arch } = options;
  if ((run === undefined) === (nebraska === undefined)) {
    throw new UsageError('ONE_SOURCE', 'give --run RUN or --nebraska URL, one of them');
  }
  if (run !== undefined) {
    const stored = await findRun(await runsRoot(options), run);
    const candidate = await readCandidate(await gateDirectory(options), version);
    return await canariesOfRun(await readStoredRun(stored), candidate);
  }
  if (group === undefined || baseline === undefined) {
    const next = 'give --group ID and --baseline VERSION, the release before';
    throw new UsageError('MISSING_OPTION', `which machines of ${nebraska}? ${next}`);
  }
  const place = await openNebraska(options, signal);
  const question = { ...place, group, baseline, version, now: new Date() };
  return { report: await canariesOfNebraska(question), arch };
}

/** What somebody says, and who. */
export interface ReportOptions extends GateOptions {
  readonly as: string;
  readonly ok?: boolean;
  readonly problem?: string;
}

/** Signs a report and prints its file. Throws OK_OR_PROBLEM (usage). */
export async function reportProblemCommand(version: string, options: ReportOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const { as: reporter, ok = false, problem } = options;
  if (ok === (problem !== undefined) || problem?.trim() === '') {
    throw new UsageError('OK_OR_PROBLEM', 'give --ok or --problem TEXT, one of them, with words');
  }
  const directory = await gateDirectory(options);
  const signer = await oneSigner(options);
  // Two statements under one number would break the row of their reporter.
  await using _lock = await lockGate({ directory, signal: interrupt.signal });
  const trusted = await readBelievedKeys(directory, 'reporters');
  const candidate = await readCandidate(directory, version);
  const said = { reporter, candidate, now: new Date(), ...(problem !== undefined && { problem }) };
  const folder = join(directory, gateFiles.reports);
  process.stdout.write(`${await signReport(folder, said, { signer, trusted })}\n`);
}

/** Copies payloads to where channels find them, and prints the digests that candidates must name. */
export async function payloadsCommand(
  files: readonly string[],
  options: GateOptions,
): Promise<void> {
  const root = options.channels ?? join(await gateDirectory(options), gateFiles.channels);
  for (const file of files) {
    process.stdout.write(`${await keepPayload(root, file)}  ${file}\n`);
  }
}
