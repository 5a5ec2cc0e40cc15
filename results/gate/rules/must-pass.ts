/**
 * `must-pass`: every suite that is meant has been green, and nothing but green, everywhere.
 */

import picomatch from 'picomatch';
import type { SuiteId } from '../../../harness/model/ids.js';
import { type Cell, type CellStatus, cellName, statusOfCell } from '../cells.js';
import type { GateFinding } from '../rule-result.js';
import type { RuleOf } from '../rule-schema.js';
import { aboutFailure, besideOutcomes, failuresByCause, whereIs, whyOf } from './about-cell.js';
import type { Judge, RuleContext } from './context.js';

type MustPass = RuleOf<'must-pass'>;

/** Excluded and skipped suites are the rule `inventory`'s business. */
export const judgeMustPass: Judge<'must-pass'> = (rule, context) => {
  const isMeant = picomatch([...rule.cases], { ignore: [...rule.except] });
  const suites = [...context.inventory].filter((suite) => isMeant(suite));
  const wants = wantedFirmware(rule);
  const cells = suites.flatMap((suite) => cellsFor(suite, { rule, context, wants }));
  const findings = cells.flatMap((cell) => findingOf(cell, rule, context));
  const places = rule.arches.length * rule.platforms.length * rule.firmware.length;
  const looked = `${suites.length} suites in ${places} places`;
  const summary = `${looked}${leftToBudget(cells, rule)}${besideOutcomes(cells)}`;
  return { summary, findings: [...idleGlobs(rule, context), ...findings] };
};

/** So that nobody takes the PASS for green everywhere. */
function leftToBudget(cells: readonly Cell[], { flaky }: MustPass): string {
  if (flaky !== 'budget') return '';
  const names = cells.filter((cell) => statusOfCell(cell) === 'flaky').map(cellName);
  return names.length > 0 ? `; flaky, left to the budget: ${names.join('; ')}` : '';
}

/** A glob that picks nothing is a rule that nobody checks. */
function idleGlobs({ cases }: MustPass, { inventory }: RuleContext): GateFinding[] {
  const idle = cases.filter((glob) => {
    const matches = picomatch(glob);
    return ![...inventory].some((suite) => matches(suite));
  });
  return idle.map((glob) => {
    const expected = `suites that match ${glob}`;
    return { subject: 'the inventory', expected, seen: 'none', status: 'ERROR' };
  });
}

/** Whether a suite has to run with this firmware; most have to with each. */
function wantedFirmware({ only }: MustPass): (suite: SuiteId, firmware: string) => boolean {
  const bound = only.map(({ suite, firmware }) => ({ matches: picomatch(suite), firmware }));
  return (suite, firmware) => {
    const own = bound.filter(({ matches }) => matches(suite));
    return own.length === 0 || own.some((one) => one.firmware === firmware);
  };
}

interface Wanted {
  readonly rule: MustPass;
  readonly context: RuleContext;
  readonly wants: (suite: SuiteId, firmware: string) => boolean;
}

function cellsFor(suite: SuiteId, { rule, context, wants }: Wanted): Cell[] {
  const firmwares = rule.firmware.filter((firmware) => wants(suite, firmware));
  return rule.arches.flatMap((arch) => {
    return rule.platforms.flatMap((platform) => {
      const cells = firmwares.map((firmware): Cell => {
        const key = { suite, arch, platform, firmware };
        return context.cells.get(cellName(key)) ?? { ...key, attempts: [] };
      });
      const neverRan = cells.every(({ attempts }) => attempts.length === 0);
      return neverRan && isExcluded({ suite, arch, platform }, context) ? [] : cells;
    });
  });
}

function isExcluded(
  { suite, arch, platform }: Pick<Cell, 'suite' | 'arch' | 'platform'>,
  { runs }: RuleContext,
): boolean {
  return runs.some((run) => {
    const isThere = run.arch === arch && run.platform === platform;
    return isThere && run.excluded.some((one) => one.suite === suite);
  });
}

function findingOf(cell: Cell, rule: MustPass, context: RuleContext): GateFinding[] {
  const status = statusOfCell(cell);
  if (status === 'passed' || status === 'skipped') return [];
  if (status === 'flaky' && rule.flaky === 'budget') return [];
  const subject = cellName(cell);
  if (status === 'unknown') {
    const seen = cell.attempts.length === 0 ? 'no outcome' : lastOf(cell);
    return [{ subject, expected: 'passed', seen, status: 'INCONCLUSIVE', ...lastRun(cell) }];
  }
  return oneForEachCause(cell, status, context);
}

/** Since each would have to be waived by itself. */
function oneForEachCause(cell: Cell, status: CellStatus, context: RuleContext): GateFinding[] {
  const failed = cell.attempts.filter(({ outcome }) => outcome === 'failed');
  return failuresByCause(cell).map((attempt) => {
    const { cause } = attempt;
    const times = `${failed.length} of ${cell.attempts.length} attempts`;
    const seen = `${status}, ${times}: ${whyOf(attempt)}`;
    const finding = { subject: cellName(cell), expected: 'passed', seen, status: 'FAIL' } as const;
    const about = aboutFailure(cell, attempt, context);
    return { ...finding, ...about, ...(cause && { signature: cause.signature }) };
  });
}

function lastOf({ attempts }: Cell): string {
  const last = attempts.at(-1);
  return `${last?.outcome}${last?.cause ? ` (${last.cause.code}): ${last.cause.text}` : ''}`;
}

function lastRun({ attempts }: Cell): Pick<GateFinding, 'run' | 'report'> {
  const last = attempts.at(-1);
  return last ? whereIs(last) : {};
}
