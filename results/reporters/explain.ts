/**
 * What every report says about a case that did not pass: the decisive attempt, where its evidence
 * lies, and how to repeat it. Words and paths only; each reporter has its own layout.
 */

import { attemptDirectory } from '../../harness/base/run-dir.js';
import type { Finding } from '../../harness/model/log-pattern.js';
import type { Failure } from '../../harness/model/outcome.js';
import type { AttemptRecord, CaseRecord, RunRecord } from '../../harness/model/record.js';
import { consoleLog, journalLog } from '../run-files.js';

/** The attempt that explains the status: the last that failed of a failed or flaky case, else the last. */
export function decisiveAttempt({ status, attempts }: CaseRecord): AttemptRecord | undefined {
  const failed = attempts.filter(({ outcome }) => outcome === 'failed');
  return status === 'flaky' || status === 'failed' ? failed.at(-1) : attempts.at(-1);
}

/** Why a case that is neither passed nor skipped came to nothing better, in one sentence. */
export function reasonOf(one: CaseRecord): string {
  const failure = decisiveAttempt(one)?.failure;
  if (one.status === 'missing') return 'planned, but it has no outcome';
  if (failure === undefined) return 'its end is not in the event log';
  const first = one.status === 'flaky' ? 'passed only after it had failed: ' : '';
  const compared = one.attempts.flatMap(({ findings }) => findings.filter(isComparison));
  return [`${first}${failure.message}`, ...compared.map(({ text }) => text)].join('; ');
}

function isComparison({ seen }: Finding): boolean {
  return seen.kind === 'comparison';
}

/** Why a case was skipped. */
export function skipReasonOf(one: CaseRecord): string {
  return one.attempts.at(-1)?.skipped ?? 'no reason given';
}

/** All attempts of a case together, in milliseconds. */
export function durationOf({ attempts }: CaseRecord): number {
  return attempts.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0);
}

/** What is needed to find the machine at fault. */
export interface FailedAttempt {
  readonly suite: CaseRecord['suite'];
  readonly repeat?: number | undefined;
  readonly attempt: number;
  readonly failure: Pick<Failure, 'machine' | 'evidence'>;
  /** The names of the machines that were seen in this attempt. */
  readonly machines: readonly string[];
  /** What was seen in this attempt. */
  readonly findings: readonly Finding[];
}

/**
 * The finding that an attempt failed for: the one that its failure quotes. Undefined when nothing
 * that was seen ended it.
 */
export function decisiveFinding({
  failure,
  findings,
}: Pick<FailedAttempt, 'failure' | 'findings'>): Finding | undefined {
  const { machine, evidence } = failure;
  return findings.find((one) => one.machine === machine && one.text === evidence);
}

/**
 * Where to look first, relative to the run's directory: of the machine at fault the log that has the
 * line which the failure quotes, else its console, or the attempt's directory when it is not known
 * which machine that is.
 */
export function evidencePath(failed: FailedAttempt): string {
  const { attempt, failure, machines } = failed;
  const directory = attemptDirectory(failed, attempt);
  const only = new Set(machines).size === 1 ? machines[0] : undefined;
  const machine = failure.machine ?? only;
  if (machine === undefined) return directory;
  const isInJournal = decisiveFinding(failed)?.seen.kind === 'journal';
  return (isInJournal ? journalLog : consoleLog)(directory, machine);
}

/** The machines that an attempt's record names. */
export function machinesOf({ boots, findings }: AttemptRecord): string[] {
  const seen = findings.filter((finding) => !isComparison(finding));
  return [...new Set([...boots, ...seen].map(({ machine }) => machine))];
}

/** What was seen, where and when, in one line. */
export function findingText({ machine, boot, seen, phase, pattern, ...rest }: Finding): string {
  const of = seen.kind === 'console' ? `console line ${seen.line}` : seen.kind;
  const why = rest.expected === undefined ? '' : ` (expected: ${rest.expected})`;
  return `${machine} boot ${boot}, ${of}, ${phase}: ${rest.severity} ${pattern}: ${rest.text}${why}`;
}

/** Options that decide what is run and on what, so that a repetition needs them too. */
const keptOptions: readonly string[] = [
  ...['--image', '--sha256', '--sha512', '--artifact', '--release', '--config'],
  ...['--firmware', '--accelerator'],
];
const keptFlags: readonly string[] = ['--no-fork', '--no-screens'];

/**
 * The command that repeats one suite of a run on the same image; the whole command where it was another
 * than `run`, such as a proof by mutations, whose suites mean nothing without it.
 */
export function reproduceCommand(
  { argv, seed }: Pick<RunRecord, 'argv' | 'seed'>,
  suite: CaseRecord['suite'],
): string {
  const [command = 'run'] = argv;
  const again = ['run', suite, '--seed', String(seed), ...keptWords(argv)];
  return ['./yard', ...(command === 'run' ? again : argv)].map(quote).join(' ');
}

function keptWords(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) => {
    const [name = '', inline] = word.split(/=(.*)/s, 2);
    if (keptFlags.includes(name)) return [name];
    const value = inline ?? argv[index + 1];
    return keptOptions.includes(name) && value !== undefined ? [name, value] : [];
  });
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
