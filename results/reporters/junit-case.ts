/**
 * One case as a JUnit `testcase`. What is wrong with the image is a `failure`, what could not be told
 * an `error`. Attempts before the last are in the dialect that Surefire began and Jenkins and nextest
 * speak (maven.apache.org/surefire, "Rerun failing tests"); but a flaky case is a failure too, since
 * who only counts must not see green.
 */

import type { TestCase, TestSuite } from 'junit-report-builder';
import type { SuiteId } from '../../harness/model/ids.js';
import type { Exclusion } from '../../harness/model/plan.js';
import type { CaseRecord, RunRecord } from '../../harness/model/record.js';
import { decisiveAttempt, durationOf, reasonOf, skipReasonOf } from './explain.js';
import { detailsOf, storyOf } from './junit-texts.js';
import { plainText, truncateBytes } from './plain-text.js';

/** What all cases of a report share. */
export interface JunitContext {
  readonly record: RunRecord;
  /** What one text may hold so that the report stays within its limit. */
  readonly limitBytes: number;
}

/** The first part of a suite's id. */
export function areaOf(suite: SuiteId): string {
  return suite.split('/')[0] ?? suite;
}

/** A case that was planned. */
export function addCase(suite: TestSuite, context: JunitContext, one: CaseRecord): void {
  const testCase = newCase(suite, one.suite, withArch(one.id, context.record));
  testCase.time(durationOf(one) / 1000);
  if (one.status === 'skipped') {
    addSkip(testCase, cutMessage(skipReasonOf(one), context));
    return;
  }
  addProblem(testCase, context, one);
  addReruns(testCase, context, one);
  if (one.attempts.length > 0) testCase.standardOutput(cut(storyOf(one), context));
}

/** A suite that makes no sense on this image. */
export function addExclusion(suite: TestSuite, context: JunitContext, one: Exclusion): void {
  const { record } = context;
  const repeat = one.repeat === undefined ? '' : `#${one.repeat}`;
  const name = `${one.suite}@${record.image.name}@${record.platform}${repeat}`;
  const testCase = newCase(suite, one.suite, withArch(name, record)).time(0);
  addSkip(testCase, cutMessage(`excluded: ${one.reason}`, context));
}

/** The run itself, of which something is wrong that no case says. */
export function addRun(suite: TestSuite, context: JunitContext, message: string): void {
  const { run, verdict } = context.record;
  const testCase = suite.testCase().className('switchyard.run').name(`run ${run}`);
  testCase.error(cutMessage(message, context), verdict.toUpperCase());
}

function newCase(suite: TestSuite, id: SuiteId, name: string): TestCase {
  const className = `switchyard.${id.replace('/', '.')}`;
  return suite.testCase().className(className).name(name).file(`suites/${id}.ts`);
}

/** Reports of several images, architectures and platforms end up in one list. */
function withArch(name: string, { image }: RunRecord): string {
  return name.includes(image.arch) ? name : `${name} ${image.arch}`;
}

type Element = ReturnType<TestCase['build']>;

/** The builder knows neither a skip's reason nor reruns: what it has built can be completed. */
function completeWith(testCase: TestCase, complete: (element: Element) => void): void {
  const build = testCase.build.bind(testCase);
  testCase.build = (parent) => {
    const element = build(parent);
    complete(element);
    return element;
  };
}

function addSkip(testCase: TestCase, message: string): void {
  completeWith(testCase.skipped(), (element) => {
    childOf(element, 'skipped')?.att('message', message);
  });
}

function childOf(element: Element, name: string): Element | undefined {
  const found = element.children.find((child) => 'name' in child && child.name === name);
  return found as Element | undefined;
}

function addProblem(testCase: TestCase, context: JunitContext, one: CaseRecord): void {
  if (one.status === 'passed') return;
  const message = cutMessage(reasonOf(one), context);
  const code = decisiveAttempt(one)?.failure?.code ?? one.status.toUpperCase();
  const details = cut(detailsOf(context.record, one), context);
  if (one.status === 'failed') testCase.failure(message, code).stacktrace(details);
  else if (one.status === 'flaky') testCase.failure(message, 'FLAKY').stacktrace(details);
  else testCase.error(message, code, details);
}

/** Of a flaky case every attempt that failed; of another all but the one that the problem tells. */
function addReruns(testCase: TestCase, context: JunitContext, one: CaseRecord): void {
  if (one.status === 'passed') return;
  const prefix = one.status === 'flaky' ? 'flaky' : 'rerun';
  const told = one.status === 'flaky' ? undefined : decisiveAttempt(one);
  const reruns = one.attempts.filter((attempt) => attempt !== told);
  completeWith(testCase, (element) => {
    for (const { failure, outcome } of reruns) {
      if (failure === undefined) continue;
      const name = `${prefix}${outcome === 'failed' ? 'Failure' : 'Error'}`;
      const message = cutMessage(failure.message, context);
      const text = cut(failure.stack ?? failure.message, context);
      const attributes = { message, type: failure.code };
      const output = childOf(element, 'system-out');
      const rerun = output?.insertBefore(name, attributes) ?? element.ele(name, attributes);
      rerun.ele('stackTrace').cdata(text);
    }
  });
}

/** The builder splits only the first `]]>` of a CDATA section, so none may reach it. */
function cut(text: string, { limitBytes }: JunitContext): string {
  return truncateBytes(plainText(text).replaceAll(']]>', ']] >'), limitBytes);
}

/** For an attribute, where a quote takes six bytes. */
function cutMessage(text: string, { limitBytes }: JunitContext): string {
  return truncateBytes(plainText(text), Math.max(200, Math.floor(limitBytes / 6)));
}
