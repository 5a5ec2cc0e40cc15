/**
 * The record as TAP 14. Only passed, skipped and excluded cases are `ok`; everything else, flaky
 * and missing included, is `not ok`, so that a consumer who only counts can't take it for green.
 */

import { defined } from '../../harness/base/errors.js';
import { nameOfCase } from '../../harness/model/plan.js';
import type {
  AttemptRecord,
  CaseRecord,
  RunRecord,
  StepRecord,
} from '../../harness/model/record.js';
import { signatureOf } from '../failure-signature.js';
import {
  decisiveAttempt,
  durationOf,
  evidencePath,
  machinesOf,
  reasonOf,
  reproduceCommand,
  skipReasonOf,
} from './explain.js';
import { oneLine } from './plain-text.js';
import { type Diagnostic, type TestPoint, tapLines } from './tap-syntax.js';
import { untoldByCases } from './verdict-text.js';

/** The whole report, ending in a line feed. */
export function tapReport(record: RunRecord): string {
  const untold = untoldByCases(record);
  const points = [
    ...(untold ? [{ ok: false, description: 'the run', diagnostics: { message: untold } }] : []),
    ...record.cases.map((one) => casePoint(record, one)),
    ...record.excluded.map((one) => skipPoint(nameOfCase(one), `excluded: ${one.reason}`)),
  ];
  const [plan = '', ...rest] = tapLines(points);
  return `${['TAP version 14', plan, ...comments(record), ...rest].join('\n')}\n`;
}

function comments({ run, image, platform, host, seed, verdict, notes }: RunRecord): string[] {
  const digest = image.sha256.slice(0, 12);
  return [
    `run ${run}: ${verdict}`,
    `image ${image.name} ${image.channel} ${image.version}, sha256 ${digest}, seed ${seed}`,
    `${platform} ${host.qemu}, ${host.accelerator.name}`,
    ...notes,
  ].map((text) => `# ${oneLine(text)}`);
}

function skipPoint(description: string, reason: string): TestPoint {
  return { ok: true, description, directive: { kind: 'SKIP', reason } };
}

function casePoint(record: RunRecord, one: CaseRecord): TestPoint {
  if (one.status === 'skipped') return skipPoint(one.id, skipReasonOf(one));
  const ok = one.status === 'passed';
  return {
    ok,
    description: one.id,
    diagnostics: ok ? passDiagnostics(one) : caseDiagnostics(record, one),
    subtest: subtestOf(one),
  };
}

function passDiagnostics(one: CaseRecord): { readonly [key: string]: Diagnostic } {
  return { duration_ms: durationOf(one), claims: one.claims };
}

function caseDiagnostics(
  record: RunRecord,
  one: CaseRecord,
): { readonly [key: string]: Diagnostic } {
  const attempt = decisiveAttempt(one);
  const retried = one.attempts.length > 1 ? one.attempts.map(({ outcome }) => outcome) : undefined;
  return defined({
    status: one.status,
    flaky: one.status === 'flaky' ? true : undefined,
    attempts: retried,
    ...(attempt ? attemptDiagnostics(one, attempt) : {}),
    message: reasonOf(one),
    duration_ms: durationOf(one),
    claims: one.claims,
    reproduce: reproduceCommand(record, one.suite),
  }) as { readonly [key: string]: Diagnostic };
}

function attemptDiagnostics(
  one: CaseRecord,
  attempt: AttemptRecord,
): { readonly [key: string]: Diagnostic } {
  const { failure, attachments, findings } = attempt;
  const { suite, repeat } = one;
  const number = attempt.attempt;
  const place = { suite, repeat, attempt: number, machines: machinesOf(attempt), findings };
  return defined({
    code: failure?.code,
    phase: failure?.phase,
    signature: signatureOf(attempt)?.id,
    machine: failure?.machine,
    evidence: failure?.evidence,
    steps: failure?.steps,
    artifacts: [
      evidencePath({ ...place, failure: failure ?? {} }),
      ...attachments.map(({ file }) => file),
    ],
  }) as { readonly [key: string]: Diagnostic };
}

/** One attempt: its steps. More: a point per attempt, since they tell the story. */
function subtestOf(one: CaseRecord): TestPoint[] {
  const isGreen = one.status === 'passed';
  const [only, ...more] = one.attempts;
  if (only === undefined) return [];
  return more.length === 0
    ? only.steps.map((step) => stepPoint(step, only.steps, isGreen))
    : one.attempts.map((attempt) => attemptPoint(attempt, isGreen));
}

/**
 * A point that is not ok inside a case that passed is a TODO: the host was at fault and the case
 * was tried again, or the suite expected its step to fail. Without it parsers would call the
 * subtest failed.
 */
function subpoint(ok: boolean, isGreen: boolean, why: string): Pick<TestPoint, 'ok' | 'directive'> {
  return ok || !isGreen ? { ok } : { ok, directive: { kind: 'TODO', reason: why } };
}

function attemptPoint(attempt: AttemptRecord, isGreen: boolean): TestPoint {
  const { failure, outcome } = attempt;
  const cause = failure ? ` in ${failure.phase} (${failure.code})` : '';
  return {
    ...subpoint(outcome === 'passed', isGreen, 'superseded by a later attempt'),
    description: `attempt ${attempt.attempt}: ${outcome}${cause}`,
  };
}

function stepPoint(step: StepRecord, all: readonly StepRecord[], isGreen: boolean): TestPoint {
  const ok = step.ok === true;
  return { ...subpoint(ok, isGreen, 'the suite went on'), description: titleOf(step, all) };
}

function titleOf(step: StepRecord, all: readonly StepRecord[]): string {
  const parent = all.find((other) => other.step === step.parent && other.step < step.step);
  return parent ? `${titleOf(parent, all)} > ${step.title}` : step.title;
}
