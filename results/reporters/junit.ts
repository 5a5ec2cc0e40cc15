/**
 * The record as JUnit XML, one `testsuite` per area. JUnit has no word for flaky, missing and
 * cancelled, so they become the nearest thing that is not green.
 */

import junit, { type Builder, type TestCase, type TestSuite } from 'junit-report-builder';
import type { SuiteId } from '../../harness/model/ids.js';
import type { Exclusion } from '../../harness/model/plan.js';
import type { AttemptRecord, CaseRecord, RunRecord } from '../../harness/model/record.js';
import {
  decisiveAttempt,
  durationOf,
  evidencePath,
  findingText,
  machinesOf,
  reasonOf,
  reproduceCommand,
  skipReasonOf,
} from './explain.js';
import { plainText, truncateBytes } from './plain-text.js';

/** Its typings declare an ES default export; at run time the CommonJS module is the builder. */
const factory = junit as unknown as Builder;

/** What `system-out` may hold; consumers load whole reports into memory. */
const systemOutBytes = 64 * 1024;

/** The whole report as an XML document. */
export function junitReport(record: RunRecord): string {
  const builder = factory.newBuilder().name(`switchyard ${record.run}`);
  for (const area of areasOf(record)) {
    const suite = builder.testSuite().name(area).timestamp(record.startedAt.slice(0, 19));
    addProperties(suite, record);
    const cases = record.cases.filter((one) => areaOf(one.suite) === area);
    suite.time(cases.reduce((sum, one) => sum + durationOf(one), 0) / 1000);
    for (const one of cases) addCase(suite, record, one);
    const excluded = record.excluded.filter((one) => areaOf(one.suite) === area);
    for (const one of excluded) addExclusion(suite, record, one);
  }
  return `${builder.build()}\n`;
}

function areaOf(suite: SuiteId): string {
  return suite.split('/')[0] ?? suite;
}

function areasOf({ cases, excluded }: RunRecord): string[] {
  return [...new Set([...cases, ...excluded].map(({ suite }) => areaOf(suite)))].sort();
}

function addProperties(suite: TestSuite, { image, host, ...record }: RunRecord): void {
  const properties = {
    run: record.run,
    verdict: record.verdict,
    'switchyard.version': record.version,
    seed: String(record.seed),
    'image.name': image.name,
    'image.channel': image.channel,
    'image.version': image.version,
    'image.sha256': image.sha256,
    platform: record.platform,
    qemu: host.qemu,
    accelerator: host.accelerator.name,
  };
  for (const [name, value] of Object.entries(properties)) suite.property(name, plainText(value));
}

function addExclusion(suite: TestSuite, record: RunRecord, one: Exclusion): void {
  const repeat = one.repeat === undefined ? '' : `#${one.repeat}`;
  const name = `${one.suite}@${record.image.name}@${record.platform}${repeat}`;
  const testCase = suite.testCase().className(classNameOf(one.suite)).name(name).time(0);
  addSkip(testCase, `excluded: ${one.reason}`);
}

/** The builder's `skipped` element takes no message, so the reason is a property and output. */
function addSkip(testCase: TestCase, reason: string): void {
  const text = cdataText(reason);
  testCase.skipped().property('skip-reason', text).standardOutput(text);
}

function classNameOf(suite: SuiteId): string {
  return `switchyard.${suite.replace('/', '.')}`;
}

function addCase(suite: TestSuite, record: RunRecord, one: CaseRecord): void {
  const testCase = suite.testCase().className(classNameOf(one.suite)).name(one.id);
  testCase.time(durationOf(one) / 1000);
  if (one.status === 'skipped') {
    addSkip(testCase, skipReasonOf(one));
    return;
  }
  if (one.status !== 'passed') addProblem(testCase, one, detailsOf(record, one));
  testCase.standardOutput(cdataText(storyOf(one)));
}

function addProblem(testCase: TestCase, one: CaseRecord, details: string): void {
  const message = plainText(reasonOf(one));
  const code = decisiveAttempt(one)?.failure?.code ?? one.status.toUpperCase();
  if (one.status === 'failed') testCase.failure(message, code).stacktrace(details);
  else if (one.status === 'flaky') testCase.failure(message, 'FLAKY').stacktrace(details);
  else testCase.error(message, code, details);
}

/** The builder splits only the first `]]>` of a CDATA section, so none may reach it. */
function cdataText(text: string): string {
  return truncateBytes(plainText(text).replaceAll(']]>', ']] >'), systemOutBytes);
}

/** What a person needs first, as the body of the failure. */
function detailsOf(record: RunRecord, one: CaseRecord): string {
  const attempt = decisiveAttempt(one);
  const failure = attempt?.failure;
  const lines = [
    `status: ${one.status}`,
    ...(failure ? [`phase: ${failure.phase}`, `code: ${failure.code}`] : []),
    ...(failure?.machine ? [`machine: ${failure.machine}`] : []),
    ...(failure?.evidence ? [`evidence: ${failure.evidence}`] : []),
    ...(failure?.steps?.length ? [`steps: ${failure.steps.join(' > ')}`] : []),
    ...(attempt ? [`look at: ${lookAt(one, attempt)}`] : []),
    `reproduce: ${reproduceCommand(record, one.suite)}`,
    ...(failure?.stack ? ['', failure.stack] : []),
  ];
  return cdataText(lines.join('\n'));
}

function lookAt({ suite, repeat }: CaseRecord, record: AttemptRecord): string {
  const { attempt, failure = {} } = record;
  return evidencePath({ suite, repeat, attempt, failure, machines: machinesOf(record) });
}

/** Attempts with their boots, steps and findings, in order. */
function storyOf({ attempts }: CaseRecord): string {
  return attempts.flatMap(attemptLines).join('\n');
}

function attemptLines(one: AttemptRecord): string[] {
  const mark = { true: 'ok', false: 'not ok', undefined: 'not ended' } as const;
  return [
    `attempt ${one.attempt}: ${one.outcome} after ${one.durationMs ?? '?'} ms`,
    ...one.boots.map((boot) => `  ${boot.machine} ready after ${boot.readyMs} ms (${boot.start})`),
    ...one.steps.map((step) => `  step ${mark[`${step.ok}`]}: ${step.title}`),
    ...one.findings.map((finding) => `  ${findingText(finding)}`),
    ...one.unmetExpectations.map(({ pattern }) => `  ${pattern} was expected and not seen`),
    ...one.cleanupFailures.map(({ code, message }) => `  left behind: ${message} (${code})`),
  ];
}
