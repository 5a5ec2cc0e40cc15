/**
 * The texts of a JUnit report: what a person needs first of a failure, and the story of a case.
 */

import type { BootReport } from '../../harness/model/platform.js';
import type { AttemptRecord, CaseRecord, RunRecord } from '../../harness/model/record.js';
import { startText } from '../boot-text.js';
import { signatureOf } from '../failure-signature.js';
import {
  decisiveAttempt,
  evidencePath,
  findingText,
  machinesOf,
  reproduceCommand,
} from './explain.js';

/** The body of a failure. */
export function detailsOf(record: RunRecord, one: CaseRecord): string {
  const attempt = decisiveAttempt(one);
  const stack = attempt?.failure?.stack;
  return [
    `status: ${one.status}`,
    ...(attempt ? failureLines(attempt) : []),
    ...(attempt ? [`look at: ${lookAt(one, attempt)}`] : []),
    `reproduce: ${reproduceCommand(record, one.suite)}`,
    ...(stack ? ['', stack] : []),
  ].join('\n');
}

function failureLines(attempt: AttemptRecord): string[] {
  if (attempt.failure === undefined) return [];
  const { phase, code, machine, evidence, steps } = attempt.failure;
  return [
    `phase: ${phase}`,
    `code: ${code}`,
    `signature: ${signatureOf(attempt)?.id}`,
    ...(machine ? [`machine: ${machine}`] : []),
    ...(evidence ? [`evidence: ${evidence}`] : []),
    ...(steps?.length ? [`steps: ${steps.join(' > ')}`] : []),
  ];
}

function lookAt({ suite, repeat }: CaseRecord, record: AttemptRecord): string {
  const { attempt, failure = {}, findings } = record;
  return evidencePath({ suite, repeat, attempt, failure, machines: machinesOf(record), findings });
}

/** Attempts with their boots, steps and findings, in order. */
export function storyOf({ attempts }: CaseRecord): string {
  return attempts.flatMap(attemptLines).join('\n');
}

function bootLine(boot: BootReport): string {
  return `  ${boot.machine} ready after ${boot.readyMs} ms (${startText(boot)})`;
}

function attemptLines(one: AttemptRecord): string[] {
  const mark = { true: 'ok', false: 'not ok', undefined: 'not ended' } as const;
  return [
    `attempt ${one.attempt}: ${one.outcome} after ${one.durationMs ?? '?'} ms`,
    ...one.boots.map(bootLine),
    ...one.steps.map((step) => `  step ${mark[`${step.ok}`]}: ${step.title}`),
    ...one.findings.map((finding) => `  ${findingText(finding)}`),
    ...one.unmetExpectations.map(({ pattern }) => `  ${pattern} was expected and not seen`),
    ...one.cleanupFailures.map(({ code, message }) => `  left behind: ${message} (${code})`),
  ];
}
