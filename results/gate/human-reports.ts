/**
 * What people say who tried a release, as statements that each of them signs in a row of their own:
 * none can be taken out from between others, and none says what another person said.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { UsageError } from '../../harness/base/errors.js';
import { writeWhole } from '../record-file.js';
import { type Candidate, imagesDigest } from './candidate.js';
import { nextLink, requireChain } from './chain.js';
import { keyIdOf, type Signer, type TrustedKey } from './envelope.js';
import { humanReportSchema } from './evidence-schema.js';
import { type HumanReport, rowOfReports } from './field-evidence.js';
import { readStatements, type SignedPart } from './read-statements.js';
import { signStatement } from './statement.js';

type ReportPart = SignedPart<z.infer<typeof humanReportSchema>>;

/** A person's reports, with their links. */
function rowsOf(parts: readonly ReportPart[]) {
  const rows = new Map<string, readonly ReportPart[]>();
  for (const part of parts) {
    const { reporter } = part.value;
    if (!part.by.includes(reporter)) {
      const seen = `${reporter} reports, and ${part.by.join(', ')} signed`;
      throw new UsageError('BAD_EVIDENCE', `${part.where}: ${seen}`);
    }
    rows.set(reporter, [...(rows.get(reporter) ?? []), part]);
  }
  return new Map(
    [...rows].map(([reporter, own]) => {
      const row = own.map(({ value, digest }) => {
        const { sequence, previous } = value;
        return { value, digest, link: { sequence, previous } };
      });
      row.sort((a, b) => a.link.sequence - b.link.sequence);
      requireChain(row, rowOfReports(reporter));
      return [reporter, row] as const;
    }),
  );
}

/** All reports, in the order of each reporter. Throws BAD_EVIDENCE and BROKEN_CHAIN (usage). */
export function reportsOf(parts: readonly ReportPart[]): readonly HumanReport[] {
  return [...rowsOf(parts).values()].flat().map(({ value: { previous: _, ...report }, digest }) => {
    return { ...report, statement: digest };
  });
}

/** What is to be said, and by whom. */
export interface NewReport {
  readonly reporter: string;
  readonly candidate: Candidate;
  readonly problem?: string;
  readonly now: Date;
}

/** Signs a report into the folder and returns its file. Throws UNTRUSTED_KEY (usage) besides. */
export async function signReport(
  folder: string,
  { reporter, candidate, problem, now }: NewReport,
  { signer, trusted }: { readonly signer: Signer; readonly trusted: readonly TrustedKey[] },
): Promise<string> {
  requireReporter(reporter, signer, trusted);
  const expected = { folder, kind: 'report', schema: humanReportSchema, trusted } as const;
  const row = rowsOf(await readStatements(expected)).get(reporter) ?? [];
  const link = nextLink(row.at(-1));
  const predicate = humanReportSchema.parse({
    reporter,
    version: candidate.version,
    candidate: imagesDigest(candidate),
    at: now.toISOString(),
    ...(problem !== undefined && { problem }),
    ...link,
  });
  const subjects = candidate.images.map(({ arch, sha256 }) => {
    return { name: `${candidate.version}/${arch}/image`, sha256 };
  });
  const envelope = await signStatement('report', { subjects, predicate }, [signer]);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${reporter}-${String(link.sequence).padStart(6, '0')}.json`);
  await writeWhole(path, `${JSON.stringify(envelope)}\n`);
  return path;
}

function requireReporter(name: string, signer: Signer, trusted: readonly TrustedKey[]): void {
  const inUse = trusted.filter(({ believes }) => believes === undefined);
  const own = inUse.find((one) => one.name === name);
  if (own !== undefined && keyIdOf(own.key) === signer.keyId) return;
  const names = inUse.map((one) => one.name).join(', ') || 'nobody';
  const seen = own ? `the key ${signer.keyId} is not that of ${name}` : `${name} is none of them`;
  const next = 'add the public key to trust.reporters of the policy';
  throw new UsageError('UNTRUSTED_KEY', `the policy's reporters are ${names}; ${seen}; ${next}`);
}
