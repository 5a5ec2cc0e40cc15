/**
 * `yard gate attest`, `approve` and `history`: what people and runners sign for the gate.
 */

import { dirname, resolve } from 'node:path';
import {
  attestedRuns,
  attestRun,
  readRestEvidence,
  readRunEvidence,
} from '../../../results/gate/attest-run.js';
import { readCandidates, readPolicy } from '../../../results/gate/gate-directory.js';
import { lockGate } from '../../../results/gate/open-ledger.js';
import { readBelievedKeys } from '../../../results/gate/read-believed-keys.js';
import type { RunEvidence } from '../../../results/gate/run-evidence.js';
import { signAuthorship } from '../../../results/gate/sign-authorship.js';
import { approve, type SignedApproval } from '../../../results/gate/sign-evidence.js';
import { signHistory, startOfHistory } from '../../../results/gate/sign-history.js';
import { requireTrusted, trustedKeys } from '../../../results/gate/signers.js';
import { requireNoOthers, unattestedRuns } from '../../../results/gate/unattested-runs.js';
import { openHistory } from '../../../results/history-database.js';
import { keepRun } from '../../../results/kept-mark.js';
import { oneLine } from '../../../results/reporters/plain-text.js';
import { findRun } from '../../../results/run-store.js';
import { presentRuns, suiteOutcomes } from '../../../results/suite-outcomes.js';
import { tryHtmlReportOf } from '../html-report.js';
import { watchInterrupts } from '../interrupt.js';
import { type GateOptions, gateDirectory, oneSigner } from '../open-gate.js';
import { runsRoot, type StoreOptions } from '../runs-root.js';

/** `all`: with those that {@link unattestedRuns} finds beside it. */
type AttestOptions = GateOptions & StoreOptions & { readonly all?: boolean };

/**
 * Signs a stored run as evidence, marks it as kept, and writes the HTML report that verdicts point into.
 * Prints the statement's file. Throws UNATTESTED_RUNS (usage) when other runs of its image would stay untold.
 */
export async function attestCommand(name: string, options: AttestOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const directory = await gateDirectory(options);
  const signer = await oneSigner(options);
  const trusted = await readBelievedKeys(directory, 'runners');
  const { name: runner } = requireTrusted(signer, trusted, 'runners');
  const runs = await chosenRuns(name, options, await attestedRuns(directory, trusted));
  // Two statements under one number would break the row of their runner.
  await using _lock = await lockGate({ directory, signal: interrupt.signal });
  for (const { run, evidence } of runs) {
    const path = await attestRun(directory, evidence, { signer, trusted });
    await keepRun(run, { at: new Date().toISOString(), reason: `${runner} attested it: ${path}` });
    process.stdout.write(`${path}\n${await describe(evidence, directory)}\n`);
    await reportFor(run, evidence);
  }
}

/** What is signed stands without it, and it can be made again, so this is no error. */
async function reportFor(directory: string, { run }: RunEvidence): Promise<void> {
  const problem = await tryHtmlReportOf(directory);
  if (problem === undefined) return;
  const next = `make it with: ./yard report ${run} --format html`;
  process.stderr.write(`yard: run ${run} has no HTML report: ${oneLine(problem)}; ${next}\n`);
}

/** All are read before the first of them is signed. */
async function chosenRuns(name: string, options: AttestOptions, told: ReadonlySet<string>) {
  const root = await runsRoot(options);
  const run = await findRun(root, name);
  const evidence = await readRunEvidence(run);
  const roots = [resolve(root), dirname(resolve(run))];
  const others = await unattestedRuns({ roots, evidence, told });
  if (!options.all) requireNoOthers(evidence.run, others);
  const rest = others.map(async ({ directory: other }) => {
    return { run: other, evidence: await readRestEvidence(other) };
  });
  // Of a run that is evidence already only the others are wanted.
  const own = told.has(evidence.run) && others.length > 0 ? [] : [{ run, evidence }];
  const all = [...(await Promise.all(rest)), ...own];
  return all.sort((a, b) => (a.evidence.run < b.evidence.run ? -1 : 1));
}

async function describe(evidence: RunEvidence, directory: string): Promise<string> {
  const { run, imageSha256, version, cases, shard } = evidence;
  const candidates = await readCandidates(directory);
  const own = candidates.find(({ images }) => images.some(({ sha256 }) => sha256 === imageSha256));
  const image = `image ${imageSha256.slice(0, 12)} of ${version}`;
  const about = own ? `evidence for ${own.version}` : `${image}, which no candidate has`;
  const part = shard === undefined ? '' : `, part ${shard} alone, of which only failures count`;
  return `run ${run}: ${cases.length} cases${howItEnded(evidence)}${part}, ${about}`;
}

/** Who attests a run should know that it was broken off, perhaps right before a failure. */
function howItEnded({ interrupted, endedAt, cases }: RunEvidence): string {
  if (endedAt !== undefined) return interrupted ? ', interrupted' : '';
  const attempts = cases.flatMap((one) => one.attempts);
  const broken = attempts.filter(({ outcome }) => outcome === 'cancelled').length;
  return `, never ended${broken > 0 ? `, attempts broken off: ${broken}` : ''}`;
}

/** Signs an approval and prints its file, and what exactly is approved. */
export async function approveCommand(
  version: string,
  options: GateOptions & { readonly to: string; readonly as: string },
): Promise<void> {
  const directory = await gateDirectory(options);
  const signer = await oneSigner(options);
  const request = { version, to: options.to, approver: options.as, now: new Date() };
  const approval = await approve(directory, request, signer);
  process.stdout.write(`${describeApproved(approval, options.to).join('\n')}\n`);
}

/** Signs that a candidate is what its author made, and prints the file. */
export async function authorCommand(
  version: string,
  options: GateOptions & { readonly as: string },
): Promise<void> {
  const directory = await gateDirectory(options);
  const request = { version, author: options.as, now: new Date() };
  const path = await signAuthorship(directory, request, await oneSigner(options));
  process.stdout.write(`${path}\n`);
}

function describeApproved(
  { path, candidate, waivers }: SignedApproval,
  to: string,
): readonly string[] {
  const { version, author, security, channel, publishedAt, lineage, images } = candidate;
  const places = [...lineage, { version, channel, publishedAt }];
  return [
    path,
    `approved: ${version} to ${to}, made by ${author}${security ? ', a security release' : ''}`,
    ...images.map((one) => `  ${one.arch}: image ${one.sha256}, payload ${one.payloadSha256}`),
    ...places.map((one) => `  ${one.version} in ${one.channel} since ${one.publishedAt}`),
    ...waivers.map((one) => `  waiver ${one.file}: ${one.case}, approved by ${one.approver}`),
  ];
}

function shrunkNote(run: string): string {
  return `run ${run} does not tell all failures that were signed before; what was signed stays`;
}

/** Signs what the stored runs say of each suite, and prints the file. */
export async function historyCommand(
  options: GateOptions & StoreOptions & { readonly days: number },
): Promise<void> {
  const directory = await gateDirectory(options);
  const signer = await oneSigner(options);
  // Before the history is brought up to date, which writes.
  requireTrusted(signer, trustedKeys((await readPolicy(directory)).trust.runners), 'runners');
  const { days } = options;
  using interrupt = watchInterrupts();
  // What it keeps of the history before must not be signed away by another meanwhile.
  await using _lock = await lockGate({ directory, signal: interrupt.signal });
  const now = new Date();
  const history = await openHistory(await runsRoot(options));
  try {
    for (const note of history.notes) process.stderr.write(`yard: ${oneLine(note)}\n`);
    const outcomes = suiteOutcomes(history.database, startOfHistory({ days, now }));
    const present = presentRuns(history.database);
    const written = await signHistory(directory, { outcomes, present, days, now }, signer);
    const kept = written.kept > 0 ? `, ${written.kept} of them of runs that are gone` : '';
    for (const run of written.shrunk) process.stderr.write(`yard: ${shrunkNote(run)}\n`);
    process.stdout.write(`${written.path}\n${written.entries} entries of ${days} days${kept}\n`);
  } finally {
    history.database.close();
  }
}
