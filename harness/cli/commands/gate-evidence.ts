/**
 * `yard gate attest`, `approve` and `history`: what people and runners sign for the gate.
 */

import { attestRun, readRunEvidence } from '../../../results/gate/attest-run.js';
import type { RunEvidence } from '../../../results/gate/evidence.js';
import { readCandidates, readPolicy } from '../../../results/gate/gate-directory.js';
import { lockGate } from '../../../results/gate/open-ledger.js';
import { approve, signHistory } from '../../../results/gate/sign-evidence.js';
import { requireTrusted, trustedKeys } from '../../../results/gate/signers.js';
import { openHistory } from '../../../results/history-database.js';
import { suiteOutcomes } from '../../../results/history-queries.js';
import { keepRun } from '../../../results/kept-mark.js';
import { oneLine } from '../../../results/reporters/plain-text.js';
import { findRun } from '../../../results/run-store.js';
import { watchInterrupts } from '../interrupt.js';
import { type GateOptions, gateDirectory, oneSigner } from '../open-gate.js';
import { runsRoot, type StoreOptions } from '../runs-root.js';

/** Signs a stored run as evidence, and marks it as kept before that. Prints the statement's file. */
export async function attestCommand(
  name: string,
  options: GateOptions & StoreOptions,
): Promise<void> {
  using interrupt = watchInterrupts();
  const directory = await gateDirectory(options);
  const signer = await oneSigner(options);
  const trusted = trustedKeys((await readPolicy(directory)).trust.runners);
  const { name: runner } = requireTrusted(signer, trusted, 'runners');
  const run = await findRun(await runsRoot(options), name);
  const evidence = await readRunEvidence(run);
  // Two statements under one number would break the row of their runner.
  await using _lock = await lockGate({ directory, signal: interrupt.signal });
  const path = await attestRun(directory, evidence, { signer, trusted });
  await keepRun(run, { at: new Date().toISOString(), reason: `${runner} attested it: ${path}` });
  process.stdout.write(`${path}\n${await describe(evidence, directory)}\n`);
}

async function describe(evidence: RunEvidence, directory: string): Promise<string> {
  const { run, imageSha256, version, cases, interrupted } = evidence;
  const candidates = await readCandidates(directory);
  const own = candidates.find(({ images }) => images.some(({ sha256 }) => sha256 === imageSha256));
  const image = `image ${imageSha256.slice(0, 12)} of ${version}`;
  const about = own ? `evidence for ${own.version}` : `${image}, which no candidate has`;
  const left = interrupted ? ', interrupted' : '';
  return `run ${run}: ${cases.length} cases${left}, ${about}`;
}

/** Signs an approval and prints its file. */
export async function approveCommand(
  version: string,
  options: GateOptions & { readonly to: string; readonly as: string },
): Promise<void> {
  const directory = await gateDirectory(options);
  const signer = await oneSigner(options);
  const request = { version, to: options.to, approver: options.as, now: new Date() };
  process.stdout.write(`${await approve(directory, request, signer)}\n`);
}

const dayMs = 86_400_000;

/** Signs what the stored runs say of each suite, and prints the file. */
export async function historyCommand(
  options: GateOptions & StoreOptions & { readonly days: number },
): Promise<void> {
  const directory = await gateDirectory(options);
  const signer = await oneSigner(options);
  // Before the history is brought up to date, which writes.
  requireTrusted(signer, trustedKeys((await readPolicy(directory)).trust.runners), 'runners');
  const { days } = options;
  const now = new Date();
  const history = await openHistory(await runsRoot(options));
  try {
    for (const note of history.notes) process.stderr.write(`yard: ${oneLine(note)}\n`);
    const since = new Date(now.getTime() - days * dayMs).toISOString();
    const outcomes = suiteOutcomes(history.database, since);
    const path = await signHistory(directory, { outcomes, days, now }, signer);
    process.stdout.write(`${path}\n${outcomes.length} entries of ${days} days\n`);
  } finally {
    history.database.close();
  }
}
