/**
 * From a record, its log and the contract to what the page shows: a pure function, without the logs
 * of the machines, which are put in one by one.
 */

import { defined } from '../../harness/base/errors.js';
import type { ContractRow } from '../../harness/model/contract.js';
import type { LoggedEvent } from '../../harness/model/events.js';
import type { Finding } from '../../harness/model/log-pattern.js';
import { nameOfCase } from '../../harness/model/plan.js';
import type { AttemptRecord, CaseRecord, RunRecord } from '../../harness/model/record.js';
import { signatureOf } from '../failure-signature.js';
import { groupFailures } from '../group-failures.js';
import {
  decisiveAttempt,
  decisiveFinding,
  reasonOf,
  reproduceCommand,
  skipReasonOf,
} from '../reporters/explain.js';
import { whyNot } from '../reporters/verdict-text.js';
import { consoleLog, journalLog } from '../run-files.js';
import type {
  AttemptPage,
  BadLine,
  CasePage,
  ClaimPage,
  LoadPoint,
  NewLines,
  PageData,
} from './page-data.js';
import { plainTexts } from './plain-texts.js';
import { attemptKey } from './trace-events.js';
import type { EmbeddedAttempt } from './write-logs.js';

/** What the page is made from. `attempts` is what the file has of them, by {@link attemptKey}. */
export interface PageSources {
  readonly record: RunRecord;
  readonly events: readonly LoggedEvent[];
  readonly contract: readonly ContractRow[];
  readonly attempts: ReadonlyMap<string, EmbeddedAttempt>;
  /** By the id of the case. */
  readonly newLines: ReadonlyMap<string, NewLines>;
  /** Files that the record names and that are not there. */
  readonly missing: readonly string[];
}

/** Everything but the logs. */
export function makePageData(sources: PageSources): PageData {
  const { record, events, contract, attempts, newLines, missing } = sources;
  const groups = groupFailures(record.cases);
  const cases = record.cases.map((one): CasePage => {
    const index = groups.findIndex(({ cases: members }) => members.includes(one));
    const group = groups[index];
    return defined({
      group: group && group.cases.length > 1 ? index : undefined,
      reason: reasonFor(one),
      reproduce: reproduceCommand(record, one.suite),
      decisive: decisiveIndex(one),
      newLines: newLines.get(one.id),
      attempts: one.attempts.map((attempt): AttemptPage => {
        const key = attemptKey(one.id, attempt.attempt);
        const { files = [], trace } = attempts.get(key) ?? {};
        const signature = signatureOf(attempt)?.id;
        const bad = badLineOf(attempt);
        return defined({ attempt: attempt.attempt, signature, bad, trace, files }) as AttemptPage;
      }),
    }) as CasePage;
  });
  const load = loadOf(record, events);
  const why = record.verdict === 'passed' ? undefined : whyNot(record);
  const page = { record, whyNot: why, cases, claims: claimsOf(record, contract), load, missing };
  return plainTexts(defined({ schema: 1, ...page }) as PageData);
}

function decisiveIndex(one: CaseRecord): number {
  const attempt = decisiveAttempt(one);
  return attempt === undefined ? 0 : one.attempts.indexOf(attempt);
}

/** What the failure quotes, or else the first finding that counts. */
function badLineOf({ failure, findings }: AttemptRecord): BadLine | undefined {
  const isBad = ({ severity, expected }: Finding) => severity !== 'note' && !expected;
  const finding = (failure && decisiveFinding({ failure, findings })) ?? findings.find(isBad);
  if (!finding) return failure?.evidence ? { text: failure.evidence } : undefined;
  const { machine, seen, text } = finding;
  if (seen.kind === 'qmp' || seen.kind === 'comparison') return undefined;
  if (seen.kind === 'journal') return { text, file: journalLog('', machine) };
  return { text, file: consoleLog('', machine), line: seen.line };
}

function loadOf({ startedAt }: RunRecord, events: readonly LoggedEvent[]): LoadPoint[] {
  const start = Date.parse(startedAt);
  return events.flatMap((event) => {
    if (event.kind !== 'host-load') return [];
    const { cpuBusy, cpuStalled, memoryStalled, ioStalled, memoryAvailableMiB } = event;
    const sample = { cpuBusy, cpuStalled, memoryStalled, ioStalled, memoryAvailableMiB };
    return [{ atMs: Date.parse(event.at) - start, ...defined(sample) } as LoadPoint];
  });
}

function reasonFor(one: CaseRecord): string | undefined {
  if (one.status === 'passed') return undefined;
  return one.status === 'skipped' ? skipReasonOf(one) : reasonOf(one);
}

function claimsOf(record: RunRecord, contract: readonly ContractRow[]): ClaimPage[] {
  const selected = new Set<string>([...record.cases, ...record.excluded].map(({ suite }) => suite));
  return contract.map(({ id, area, promise, unproven, suites = [] }) => {
    const cases = record.cases.flatMap(({ claims, status }, index) =>
      claims.includes(id) ? [{ index, status }] : [],
    );
    const excluded = record.excluded
      .filter(({ claims = [] }) => claims.includes(id))
      .map((one) => ({ name: nameOfCase(one), reason: one.reason }));
    const notSelected = suites.filter((suite) => !selected.has(suite));
    return defined({ id, area, promise, unproven, cases, excluded, notSelected }) as ClaimPage;
  });
}
