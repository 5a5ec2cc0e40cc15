/**
 * What people and services said of releases, from the statements that they signed to the evidence that it
 * is. Where the statements lie is not known here: a verdict is made from a gate's folders, and made again
 * from what was kept of them.
 */

import type { z } from 'zod';
import { UsageError } from '../../harness/base/errors.js';
import type { EvidenceRole } from './believed-keys.js';
import type { Evidence, FieldFolder, FieldSources } from './evidence.js';
import {
  approvalSchema,
  assetReportSchema,
  authorshipSchema,
  canaryReportSchema,
  humanReportSchema,
} from './evidence-schema.js';
import type { Approval, AssetReport, Authorship, Bound } from './field-evidence.js';
import { reportsOf } from './human-reports.js';
import { statementsOf } from './known-statements.js';
import type { SignedPart } from './read-statements.js';
import type { PredicateName } from './statement.js';

/** Whose word counts in which folder, and of what kind it is. */
export const fieldFolders = {
  approvals: { kind: 'approval', role: 'approvers' },
  authorships: { kind: 'authorship', role: 'authors' },
  assets: { kind: 'assets', role: 'auditors' },
  canaries: { kind: 'canary', role: 'canaries' },
  reports: { kind: 'report', role: 'reporters' },
} as const satisfies Record<FieldFolder, { kind: PredicateName; role: EvidenceRole }>;

/** Reads all statements of a folder, verified. */
export type FieldReader = <T>(
  folder: FieldFolder,
  schema: z.ZodType<T>,
) => Promise<readonly SignedPart<T>[]>;

/** What is evidence of it, and whether the policy asks who made the release. */
export interface FieldQuestion {
  readonly version: string;
  readonly now: Date;
  readonly asksAuthors: boolean;
}

/** The part of the evidence that the field is. */
export type FieldEvidence = Pick<
  Evidence,
  'approvals' | 'authorships' | 'audits' | 'canaries' | 'reports' | 'statements' | 'sources'
>;

/** Throws what the reader throws, BAD_EVIDENCE and BROKEN_CHAIN (usage). */
export async function readField(
  read: FieldReader,
  { version, now, asksAuthors }: FieldQuestion,
): Promise<FieldEvidence> {
  const approvals = await read('approvals', approvalSchema);
  const authorships = asksAuthors ? await read('authorships', authorshipSchema) : undefined;
  const assets = await read('assets', assetReportSchema);
  const canaries = await read('canaries', canaryReportSchema);
  const reports = await read('reports', humanReportSchema);
  const made = authorships?.map(byAuthor).filter((one) => one.version === version);
  const givenAuthorships = authorships && { authorships };
  return {
    approvals: approvals.map(byApprover),
    ...(made && { authorships: made }),
    audits: lastWords(assets, version, now),
    canaries: canaries.map(bound),
    reports: reportsOf(reports),
    statements: statementsOf({ canaries, assets, ...givenAuthorships }),
    sources: sourcesOf({ approvals, assets, canaries, reports, ...givenAuthorships }),
  };
}

function sourcesOf(
  parts: Readonly<Partial<Record<FieldFolder, readonly SignedPart<unknown>[]>>>,
): FieldSources {
  const entries = Object.entries(parts);
  return Object.fromEntries(entries.map(([name, own]) => [name, own.map(({ digest }) => digest)]));
}

/** Nobody approves in the name of another. */
function byApprover({ value, by, where }: SignedPart<Approval>): Approval {
  if (by.includes(value.approver)) return value;
  const seen = `${value.approver} approves, and ${by.join(', ')} signed`;
  throw new UsageError('BAD_EVIDENCE', `${where}: ${seen}`);
}

function byAuthor({ value, by, where }: SignedPart<Authorship>): Authorship {
  if (by.includes(value.author)) return value;
  const seen = `${value.author} made it, and ${by.join(', ')} signed that`;
  throw new UsageError('BAD_EVIDENCE', `${where}: ${seen}`);
}

/** Of each auditor, by their names. */
function lastWords(
  reports: readonly SignedPart<AssetReport>[],
  version: string,
  now: Date,
): readonly (AssetReport & Bound)[] {
  const own = reports.map(bound).filter((one) => one.version === version);
  const past = own.filter(({ at }) => at <= now.toISOString());
  const inOrder = past.sort((a, b) => (a.at < b.at ? -1 : 1));
  const last = new Map(inOrder.map((report) => [report.by, report]));
  return [...last.values()].sort((a, b) => (a.by < b.by ? -1 : 1));
}

function bound<T>({ value, subjects, by: [who = ''] }: SignedPart<T>): T & Bound {
  return { ...value, subjects, by: who };
}
