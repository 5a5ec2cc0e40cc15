/**
 * `must-pass`: every suite that is meant has been green, and nothing but green, everywhere.
 */

import picomatch from 'picomatch';
import type { SuiteId } from '../../../harness/model/ids.js';
import { type Cell, type CellStatus, cellName, statusOfCell } from '../cells.js';
import type { RuleOf } from '../policy-schema.js';
import type { GateFinding } from '../rule-result.js';
import type { Judge, RuleContext } from './context.js';

type MustPass = RuleOf<'must-pass'>;

/** Excluded and skipped suites are the rule `inventory`'s business. */
export const judgeMustPass: Judge<'must-pass'> = (rule, context) => {
  const isMeant = picomatch([...rule.cases], { ignore: [...rule.except] });
  const suites = [...context.inventory].filter((suite) => isMeant(suite));
  const cells = suites.flatMap((suite) => cellsFor(suite, rule, context));
  const findings = cells.flatMap((cell) => findingOf(cell, rule));
  const places = rule.arches.length * rule.platforms.length * rule.firmware.length;
  const summary = `${suites.length} suites in ${places} places`;
  if (suites.length > 0) return { summary, findings };
  return { summary, findings: [nothingMeant(rule)] };
};

function cellsFor(suite: SuiteId, rule: MustPass, context: RuleContext): Cell[] {
  return rule.arches.flatMap((arch) => {
    const runs = context.runs.filter((run) => run.arch === arch);
    const isExcluded = runs.some(({ excluded }) => excluded.some((one) => one.suite === suite));
    const known = [...context.cells.values()].filter((c) => c.suite === suite && c.arch === arch);
    const wanted = rule.platforms.flatMap((platform) => {
      return rule.firmware.map((firmware) => ({ suite, arch, platform, firmware }));
    });
    return wanted.flatMap((key) => {
      const cell = context.cells.get(cellName(key));
      if (cell) return [cell];
      // A suite may be about one firmware; it must have run there.
      const isElsewhere = known.some((c) => c.platform === key.platform);
      return isExcluded || isElsewhere ? [] : [{ ...key, attempts: [] }];
    });
  });
}

function findingOf(cell: Cell, rule: MustPass): GateFinding[] {
  const status = statusOfCell(cell);
  if (status === 'passed' || status === 'skipped') return [];
  if (status === 'flaky' && rule.flaky === 'budget') return [];
  const subject = cellName(cell);
  if (status === 'unknown') {
    const seen = cell.attempts.length === 0 ? 'no outcome' : lastOf(cell);
    return [{ subject, expected: 'passed', seen, status: 'INCONCLUSIVE', ...runOf(cell) }];
  }
  return failuresOf(cell, status);
}

/** One finding for each cause, since each would have to be waived by itself. */
function failuresOf(cell: Cell, status: CellStatus): GateFinding[] {
  const failed = cell.attempts.filter(({ outcome }) => outcome === 'failed');
  const byCause = new Map(failed.map((attempt) => [attempt.cause?.signature ?? '', attempt]));
  return [...byCause.values()].map(({ cause, run }) => {
    const why = cause ? `${cause.phase} (${cause.code}): ${cause.text}` : 'no reason on record';
    const times = `${failed.length} of ${cell.attempts.length} attempts`;
    const seen = `${status}, ${times}: ${why}`;
    const finding = { subject: cellName(cell), expected: 'passed', seen, status: 'FAIL' } as const;
    return { ...finding, run, ...(cause && { signature: cause.signature }) };
  });
}

function lastOf({ attempts }: Cell): string {
  const last = attempts.at(-1);
  return `${last?.outcome}${last?.cause ? ` (${last.cause.code}): ${last.cause.text}` : ''}`;
}

function runOf({ attempts }: Cell): { run?: string } {
  const run = attempts.at(-1)?.run;
  return run === undefined ? {} : { run };
}

function nothingMeant({ cases }: MustPass): GateFinding {
  const expected = `suites that match ${cases.join(', ')}`;
  return { subject: 'the inventory', expected, seen: 'none', status: 'ERROR' };
}
