/**
 * The record as JUnit XML, one `testsuite` per area, for GitHub, GitLab and Jenkins. What is wrong
 * with the image is a `failure`, what could not be told an `error`. Attempts before the last are in
 * the dialect that Surefire began and Jenkins and nextest speak (maven.apache.org/surefire,
 * "Rerun failing tests"); but a flaky case is a failure too, since who only counts must not see
 * green.
 */

import type { SuiteId } from '../../harness/model/ids.js';
import type { Failure } from '../../harness/model/outcome.js';
import type { Exclusion } from '../../harness/model/plan.js';
import type { AttemptRecord, CaseRecord, RunRecord } from '../../harness/model/record.js';
import { signatureOfFailure } from '../failure-signature.js';
import {
  decisiveAttempt,
  durationOf,
  evidencePath,
  machinesOf,
  reasonOf,
  reproduceCommand,
  skipReasonOf,
} from './explain.js';
import { plainText, truncateBytes } from './plain-text.js';
import { cdata, element, type Xml, xmlDocument } from './xml.js';

/** What one text may hold; consumers load whole reports into memory. */
const textBytes = 64 * 1024;

/** GitLab ignores reports over 30 MB (docs.gitlab.com, "Unit test reports"); some is markup. */
const allTextBytes = 20 * 1024 * 1024;

/** The whole report as an XML document. */
export function junitReport(record: RunRecord): string {
  const context = { record, limitBytes: limitOf(record) };
  const { cases, excluded } = record;
  const suites = areasOf(record).map((area) => areaSuite(context, area));
  const counts = countsOf(cases, excluded);
  const attributes = { name: `switchyard ${record.run}`, ...counts, time: secondsOf(cases) };
  return xmlDocument(element('testsuites', attributes, suites));
}

/** Each case has details, a story and messages; each attempt a trace and a message. */
function limitOf({ cases }: RunRecord): number {
  const texts = cases.reduce((sum, { attempts }) => sum + 3 + 2 * attempts.length, 1);
  return Math.min(textBytes, Math.floor(allTextBytes / texts));
}

interface Context {
  readonly record: RunRecord;
  /** What one text may hold so that the report stays within its limit. */
  readonly limitBytes: number;
}

function areaSuite(context: Context, area: string): Xml {
  const { record } = context;
  const cases = record.cases.filter(({ suite }) => areaOf(suite) === area);
  const excluded = record.excluded.filter(({ suite }) => areaOf(suite) === area);
  const when = { timestamp: record.startedAt.slice(0, 19), time: secondsOf(cases) };
  return element('testsuite', { name: area, ...countsOf(cases, excluded), ...when }, [
    element('properties', {}, propertiesOf(record)),
    ...cases.map((one) => caseElement(context, one)),
    ...excluded.map((one) => exclusionElement(record, one)),
  ]);
}

function areaOf(suite: SuiteId): string {
  return suite.split('/')[0] ?? suite;
}

function areasOf({ cases, excluded }: RunRecord): string[] {
  return [...new Set([...cases, ...excluded].map(({ suite }) => areaOf(suite)))].sort();
}

function countsOf(cases: readonly CaseRecord[], excluded: readonly Exclusion[]) {
  const kinds = cases.map(({ status }) => elementOf(status));
  const count = (kind: string) => kinds.filter((one) => one === kind).length;
  return {
    tests: cases.length + excluded.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped') + excluded.length,
  };
}

/** The element that says the status; a case that passed has none. */
function elementOf(status: CaseRecord['status']): 'failure' | 'error' | 'skipped' | undefined {
  if (status === 'passed') return undefined;
  if (status === 'skipped' || status === 'excluded') return 'skipped';
  return status === 'failed' || status === 'flaky' ? 'failure' : 'error';
}

function secondsOf(cases: readonly CaseRecord[]): string {
  return (cases.reduce((sum, one) => sum + durationOf(one), 0) / 1000).toFixed(3);
}

function propertiesOf({ image, host, ...record }: RunRecord): Xml[] {
  const properties = {
    run: record.run,
    verdict: record.verdict,
    'switchyard.version': record.version,
    seed: String(record.seed),
    'image.name': image.name,
    'image.channel': image.channel,
    'image.version': image.version,
    'image.arch': image.arch,
    'image.sha256': image.sha256,
    platform: record.platform,
    qemu: host.qemu,
    accelerator: host.accelerator.name,
  };
  return Object.entries(properties).map(([name, value]) => element('property', { name, value }));
}

/** Reports of several images, architectures and platforms end up in one list. */
function withArch(name: string, { image }: RunRecord): string {
  return name.includes(image.arch) ? name : `${name} ${image.arch}`;
}

function placeOf(suite: SuiteId) {
  return { classname: `switchyard.${suite.replace('/', '.')}`, file: `suites/${suite}.ts` };
}

function exclusionElement(record: RunRecord, { suite, reason }: Exclusion): Xml {
  const name = withArch(`${suite}@${record.image.name}@${record.platform}`, record);
  const message = `excluded: ${reason}`;
  return element('testcase', { name, ...placeOf(suite), time: 0 }, [skipped(message)]);
}

function skipped(message: string): Xml {
  return element('skipped', { message });
}

function caseElement(context: Context, one: CaseRecord): Xml {
  const name = withArch(one.id, context.record);
  const attributes = { name, ...placeOf(one.suite), time: secondsOf([one]) };
  if (one.status === 'skipped') {
    return element('testcase', attributes, [skipped(skipReasonOf(one))]);
  }
  const out = element('system-out', {}, [cdata(cut(storyOf(one), context))]);
  const story = one.attempts.length > 0 ? [out] : [];
  return element('testcase', attributes, [
    ...problemElement(context, one),
    ...rerunElements(context, one),
    ...story,
  ]);
}

function problemElement(context: Context, one: CaseRecord): Xml[] {
  const kind = elementOf(one.status);
  if (kind === undefined) return [];
  const code = decisiveAttempt(one)?.failure?.code ?? one.status.toUpperCase();
  const type = one.status === 'flaky' ? 'FLAKY' : code;
  const message = cutMessage(reasonOf(one), context);
  return [element(kind, { message, type }, [cdata(cut(detailsOf(context.record, one), context))])];
}

/** Of a flaky case every attempt that failed; of one that failed for good all but the last. */
function rerunElements(context: Context, { status, attempts }: CaseRecord): Xml[] {
  const isFlaky = status === 'flaky';
  if (!isFlaky && elementOf(status) === undefined) return [];
  return attempts.slice(0, -1).flatMap(({ failure, outcome }) => {
    if (failure === undefined) return [];
    const name = `${isFlaky ? 'flaky' : 'rerun'}${outcome === 'failed' ? 'Failure' : 'Error'}`;
    const type = failure.code;
    const text = cut(failure.stack ?? failure.message, context);
    const trace = element('stackTrace', {}, [cdata(text)]);
    return [element(name, { message: cutMessage(failure.message, context), type }, [trace])];
  });
}

function cut(text: string, { limitBytes }: Context): string {
  return truncateBytes(plainText(text), limitBytes);
}

/** For an attribute, where a quote takes six bytes. */
function cutMessage(text: string, { limitBytes }: Context): string {
  return truncateBytes(plainText(text), Math.max(200, Math.floor(limitBytes / 6)));
}

/** What a person needs first, as the body of the failure. */
function detailsOf(record: RunRecord, one: CaseRecord): string {
  const attempt = decisiveAttempt(one);
  const failure = attempt?.failure;
  return [
    `status: ${one.status}`,
    ...(failure ? failureLines(failure) : []),
    ...(attempt ? [`look at: ${lookAt(one, attempt)}`] : []),
    `reproduce: ${reproduceCommand(record, one.suite)}`,
    ...(failure?.stack ? ['', failure.stack] : []),
  ].join('\n');
}

function failureLines(failure: Failure): string[] {
  const { phase, code, machine, evidence, steps } = failure;
  return [
    `phase: ${phase}`,
    `code: ${code}`,
    `signature: ${signatureOfFailure(failure).id}`,
    ...(machine ? [`machine: ${machine}`] : []),
    ...(evidence ? [`evidence: ${evidence}`] : []),
    ...(steps?.length ? [`steps: ${steps.join(' > ')}`] : []),
  ];
}

function lookAt({ suite }: CaseRecord, record: AttemptRecord): string {
  const { attempt, failure = {} } = record;
  return evidencePath({ suite, attempt, failure, machines: machinesOf(record) });
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
    ...one.findings.map(
      ({ machine, line, pattern, text }) => `  ${machine}:${line} ${pattern}: ${text}`,
    ),
    ...one.cleanupFailures.map(({ code, message }) => `  left behind: ${message} (${code})`),
  ];
}
