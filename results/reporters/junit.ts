/**
 * The record as JUnit XML, one `testsuite` per area, for GitHub, GitLab and Jenkins. What a case
 * looks like is `junit-case.ts`'s business.
 */

import junit, { type Builder, type TestSuite } from 'junit-report-builder';
import type { RunRecord } from '../../harness/model/record.js';
import { durationOf } from './explain.js';
import { addCase, addExclusion, addRun, areaOf, type JunitContext } from './junit-case.js';
import { plainText } from './plain-text.js';
import { untoldByCases } from './verdict-text.js';

/** Its typings declare an ES default export; at run time the CommonJS module is the builder. */
const factory = junit as unknown as Builder;

/** What one text may hold; consumers load whole reports into memory. */
const textBytes = 64 * 1024;

/** GitLab ignores reports over 30 MB (docs.gitlab.com, "Unit test reports"); some is markup. */
const allTextBytes = 20 * 1024 * 1024;

/** The whole report as an XML document. */
export function junitReport(record: RunRecord): string {
  const builder = factory.newBuilder().name(`switchyard ${record.run}`);
  const context = { record, limitBytes: limitOf(record) };
  for (const area of areasOf(record)) addArea(builder, context, area);
  const untold = untoldByCases(record);
  if (untold !== undefined) {
    const suite = builder.testSuite().name('run').timestamp(record.startedAt.slice(0, 19));
    addRun(suite, context, untold);
  }
  return `${builder.build()}\n`;
}

/** Each case has details, a story and messages; each attempt a trace and a message. */
function limitOf({ cases }: RunRecord): number {
  const texts = cases.reduce((sum, { attempts }) => sum + 3 + 2 * attempts.length, 1);
  return Math.min(textBytes, Math.floor(allTextBytes / texts));
}

function addArea(builder: Builder, context: JunitContext, area: string): void {
  const { record } = context;
  const suite = builder.testSuite().name(area).timestamp(record.startedAt.slice(0, 19));
  addProperties(suite, record);
  const cases = record.cases.filter((one) => areaOf(one.suite) === area);
  suite.time(cases.reduce((sum, one) => sum + durationOf(one), 0) / 1000);
  for (const one of cases) addCase(suite, context, one);
  const excluded = record.excluded.filter((one) => areaOf(one.suite) === area);
  for (const one of excluded) addExclusion(suite, context, one);
}

function areasOf({ cases, excluded }: RunRecord): string[] {
  return [...new Set([...cases, ...excluded].map(({ suite }) => areaOf(suite)))].sort();
}

function addProperties(suite: TestSuite, { image, host, ...record }: RunRecord): void {
  const properties = {
    run: record.run,
    verdict: record.verdict,
    'switchyard.version': record.version,
    ...(record.code !== undefined && { 'switchyard.code': record.code }),
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
  for (const [name, value] of Object.entries(properties)) suite.property(name, plainText(value));
}
