/**
 * The doctor's report for a person and for a program.
 */

import { type CheckResult, type DoctorReport, missingPackages } from './doctor.js';

/** One line per check; below a failed one, what to do about it. */
export function doctorTable(report: DoctorReport): string {
  const width = Math.max(0, ...report.checks.map(({ title }) => title.length));
  const lines = report.checks.flatMap((result) => rows(result, width));
  return `${[...lines, '', verdict(report)].join('\n')}\n`;
}

function rows(result: CheckResult, width: number): string[] {
  const text = `${result.title.padEnd(width)}  ${result.finding}`;
  if (result.ok) return [`ok       ${text}`];
  return [`MISSING  ${text}`, `${' '.repeat(11 + width)}-> ${result.remedy}`];
}

function verdict({ ok, checks, installed }: DoctorReport): string {
  const added = installed.length === 0 ? '' : ` Installed: ${installed.join(' ')}.`;
  if (ok) return `The host has what runs need.${added}`;
  const failed = checks.filter((check) => !check.ok).length;
  const mendable = missingPackages(checks).length > 0;
  const next = mendable ? ' Install the missing packages with: ./yard doctor --fix' : '';
  return `${failed} of ${checks.length} checks failed.${added}${next}`;
}

/** One JSON object, as `--json` prints it. */
export function doctorJson(report: DoctorReport): string {
  return `${JSON.stringify({ schema: 1, ...report }, null, 2)}\n`;
}
