/**
 * The record in the Common Test Report Format (ctrf.io, specification 0.0.0), a JSON that dashboards
 * and bots read. CTRF has five statuses; ours is kept as `rawStatus`.
 */

import { defined } from '../../harness/base/errors.js';
import type { Outcome } from '../../harness/model/outcome.js';
import { nameOfCase } from '../../harness/model/plan.js';
import type { AttemptRecord, CaseRecord, RunRecord } from '../../harness/model/record.js';
import { signatureOf } from '../failure-signature.js';
import {
  decisiveAttempt,
  durationOf,
  reasonOf,
  reproduceCommand,
  skipReasonOf,
} from './explain.js';
import { plainText, truncateBytes } from './plain-text.js';
import { untoldByCases } from './verdict-text.js';

type CtrfStatus = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

/** Flaky is failed here, with its mark beside it: who only counts must not see green. */
const statuses: Readonly<Record<CaseRecord['status'], CtrfStatus>> = {
  passed: 'passed',
  failed: 'failed',
  flaky: 'failed',
  errored: 'other',
  missing: 'other',
  cancelled: 'other',
  skipped: 'skipped',
  excluded: 'skipped',
};

const textBytes = 16 * 1024;

/** The whole report as JSON, ending in a line feed. */
export function ctrfReport(record: RunRecord): string {
  const { run, version, startedAt, endedAt } = record;
  const tests = [
    ...runOf(record),
    ...record.cases.map((one) => testOf(record, one)),
    ...exclusionsOf(record),
  ];
  const report = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    runId: run,
    timestamp: endedAt ?? startedAt,
    generatedBy: `switchyard ${version}`,
    results: {
      tool: { name: 'switchyard', version },
      summary: summaryOf(record, tests),
      tests,
      environment: environmentOf(record),
    },
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

interface CtrfTest {
  readonly status: CtrfStatus;
  readonly [field: string]: unknown;
}

function summaryOf(record: RunRecord, tests: readonly CtrfTest[]): object {
  const count = (status: CtrfStatus) => tests.filter((test) => test.status === status).length;
  const start = Date.parse(record.startedAt);
  const stop = record.endedAt === undefined ? start : Date.parse(record.endedAt);
  return {
    tests: tests.length,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    pending: 0,
    other: count('other'),
    flaky: record.counts.flaky,
    start,
    stop,
    duration: stop - start,
    extra: { verdict: record.verdict, counts: record.counts, notes: record.notes },
  };
}

function environmentOf({ image, host, platform, seed }: RunRecord): object {
  return {
    appName: image.osName,
    appVersion: image.version,
    buildName: image.name,
    osPlatform: host.os,
    osRelease: host.kernel,
    testEnvironment: platform,
    extra: { channel: image.channel, arch: image.arch, sha256: image.sha256, seed, host },
  };
}

/** The run itself, of which something is wrong that no case says. */
function runOf(record: RunRecord): CtrfTest[] {
  const { run, verdict } = record;
  const untold = untoldByCases(record);
  if (untold === undefined) return [];
  return [
    { name: `run ${run}`, status: 'other', rawStatus: verdict, duration: 0, message: cut(untold) },
  ];
}

function testOf(record: RunRecord, one: CaseRecord): CtrfTest {
  const last = one.attempts.at(-1);
  const earlier = one.attempts.slice(0, -1);
  const failure = decisiveAttempt(one)?.failure;
  return defined({
    name: one.id,
    testId: one.id,
    status: statuses[one.status],
    rawStatus: one.status,
    duration: Math.round(durationOf(one)),
    start: last && Date.parse(last.startedAt),
    stop: last?.endedAt === undefined ? undefined : Date.parse(last.endedAt),
    suite: [one.suite.split('/')[0] ?? one.suite],
    message: messageOf(one),
    trace: failure?.stack === undefined ? undefined : cut(failure.stack),
    type: 'e2e',
    filePath: `suites/${one.suite}.ts`,
    retries: Math.max(0, one.attempts.length - 1),
    retryAttempts: earlier.length > 0 ? earlier.map(retryOf) : undefined,
    flaky: one.status === 'flaky',
    labels: labelsOf(record, one),
    extra: { summary: one.summary, reproduce: reproduceCommand(record, one.suite) },
  }) as unknown as CtrfTest;
}

function messageOf(one: CaseRecord): string | undefined {
  if (one.status === 'passed') return undefined;
  return cut(one.status === 'skipped' ? skipReasonOf(one) : reasonOf(one));
}

function cut(text: string): string {
  return truncateBytes(plainText(text), textBytes);
}

const attemptStatuses: Readonly<Record<Outcome, CtrfStatus>> = {
  passed: 'passed',
  failed: 'failed',
  errored: 'other',
  skipped: 'skipped',
  cancelled: 'other',
};

function retryOf({ attempt, outcome, durationMs, failure, startedAt }: AttemptRecord): object {
  return defined({
    attempt,
    status: attemptStatuses[outcome],
    duration: durationMs === undefined ? undefined : Math.round(durationMs),
    message: failure && cut(failure.message),
    trace: failure?.stack === undefined ? undefined : cut(failure.stack),
    start: Date.parse(startedAt),
  });
}

function labelsOf({ image, platform }: RunRecord, one: CaseRecord): object {
  const attempt = decisiveAttempt(one);
  return defined({
    claims: one.claims.length > 0 ? one.claims : undefined,
    image: image.name,
    arch: image.arch,
    platform,
    firmware: one.firmware,
    code: attempt?.failure?.code,
    phase: attempt?.failure?.phase,
    signature: attempt && signatureOf(attempt)?.id,
  });
}

function exclusionsOf({ excluded, image, platform }: RunRecord): CtrfTest[] {
  return excluded.map(({ suite, repeat, reason }) => ({
    name: `${nameOfCase(defined({ suite, repeat }))}@${image.name}@${platform}`,
    status: 'skipped',
    rawStatus: 'excluded',
    duration: 0,
    suite: [suite.split('/')[0] ?? suite],
    message: cut(`excluded: ${reason}`),
    type: 'e2e',
    filePath: `suites/${suite}.ts`,
  }));
}
