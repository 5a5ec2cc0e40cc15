/**
 * The reports that can be made again from a record, by name.
 */

import type { RunRecord } from '../../harness/model/record.js';
import { annotationsReport } from './annotations.js';
import { ctrfReport } from './ctrf.js';
import { runSummary } from './json.js';
import { junitReport } from './junit.js';
import { markdownLimits, markdownReport } from './markdown.js';
import { otlpReport } from './otlp.js';
import { tapReport } from './tap.js';

/** Where the run lies, for reports that name files. */
export interface ReportContext {
  readonly runDirectory: string;
}

/** Makes one report, as text ending in a line feed unless it is empty. */
export type ReportFormat = (record: RunRecord, context: ReportContext) => string;

/** Every format by the name that `yard report --format` takes. */
export const reportFormats = {
  tap: tapReport,
  junit: junitReport,
  json: (record, { runDirectory }) =>
    `${JSON.stringify(runSummary(record, runDirectory), undefined, 2)}\n`,
  ctrf: ctrfReport,
  markdown: (record) => markdownReport(record),
  'step-summary': (record) => markdownReport(record, { limitBytes: markdownLimits.stepSummary }),
  annotations: annotationsReport,
  otlp: otlpReport,
} as const satisfies Record<string, ReportFormat>;

/** The name of a format. */
export type ReportFormatName = keyof typeof reportFormats;
