/**
 * From a record, its log and the contract to what the page shows: a pure function, without the logs
 * of the machines, which are put in one by one.
 */

import { defined } from '../../harness/base/errors.js';
import type { ContractRow } from '../../harness/model/contract.js';
import type { LoggedEvent } from '../../harness/model/events.js';
import type { CaseRecord, RunRecord } from '../../harness/model/record.js';
import { groupFailures } from '../group-failures.js';
import { reasonOf, reproduceCommand, skipReasonOf } from '../reporters/explain.js';
import type {
  CasePage,
  ClaimPage,
  EmbeddedFile,
  LoadPoint,
  NewLines,
  PageData,
} from './page-data.js';
import { attemptKey, traceEvents } from './trace-events.js';

/** What the page is made from. `files` are those of an attempt, by {@link attemptKey}. */
export interface PageSources {
  readonly record: RunRecord;
  readonly events: readonly LoggedEvent[];
  readonly contract: readonly ContractRow[];
  readonly files: ReadonlyMap<string, readonly EmbeddedFile[]>;
  /** By the id of the case. */
  readonly newLines: ReadonlyMap<string, NewLines>;
}

/** Everything but the logs. */
export function makePageData({ record, events, contract, files, newLines }: PageSources): PageData {
  const traces = traceEvents(events);
  const groups = groupFailures(record.cases);
  const cases = record.cases.map((one): CasePage => {
    const index = groups.findIndex(({ cases: members }) => members.includes(one));
    const group = groups[index];
    return defined({
      group: group && group.cases.length > 1 ? index : undefined,
      signature: group?.signature?.id,
      reason: reasonFor(one),
      reproduce: reproduceCommand(record, one.suite),
      newLines: newLines.get(one.id),
      attempts: one.attempts.map(({ attempt }) => {
        const key = attemptKey(one.id, attempt);
        return { attempt, events: traces.get(key) ?? [], files: files.get(key) ?? [] };
      }),
    }) as CasePage;
  });
  const load = loadOf(record, events);
  return { schema: 1, record, cases, claims: claimsOf(record, contract), load };
}

function loadOf({ startedAt }: RunRecord, events: readonly LoggedEvent[]): LoadPoint[] {
  const start = Date.parse(startedAt);
  return events.flatMap((event) => {
    if (event.kind !== 'host-load') return [];
    const { cpuBusy, cpuStalled, memoryStalled, memoryAvailableMiB } = event;
    const sample = { cpuBusy, cpuStalled, memoryStalled, memoryAvailableMiB };
    return [{ atMs: Date.parse(event.at) - start, ...defined(sample) } as LoadPoint];
  });
}

function reasonFor(one: CaseRecord): string | undefined {
  if (one.status === 'passed') return undefined;
  return one.status === 'skipped' ? skipReasonOf(one) : reasonOf(one);
}

function claimsOf(record: RunRecord, contract: readonly ContractRow[]): ClaimPage[] {
  return contract.map(({ id, area, promise, unproven }) => {
    const proving = record.cases.filter(({ claims }) => claims.includes(id));
    const suites = proving.map(({ suite, status }) => ({ suite, status }));
    return defined({ id, area, promise, unproven, suites }) as ClaimPage;
  });
}
