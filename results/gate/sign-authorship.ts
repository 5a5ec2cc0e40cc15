/**
 * Signing to have made a release, so that the name in its file is more than anybody's word.
 */

import { join } from 'node:path';
import { UsageError } from '../../harness/base/errors.js';
import { type Candidate, imagesDigest } from './candidate.js';
import { candidateDigest, isSamePerson } from './consent.js';
import type { Signer } from './envelope.js';
import type { Authorship } from './field-evidence.js';
import { gateFiles, readCandidate } from './gate-directory.js';
import { keepStatement } from './keep-statement.js';
import { readDecided } from './open-ledger.js';
import type { Policy } from './policy-schema.js';
import { subjectsOf } from './record.js';
import { requireOwnKey } from './signers.js';
import { signStatement } from './statement.js';

/** Who made which release. */
export interface AuthorshipRequest {
  readonly version: string;
  readonly author: string;
  readonly now: Date;
}

/**
 * Signs a candidate as it is described now, and returns the file. Throws NO_AUTHORS, UNTRUSTED_KEY,
 * NOT_YOUR_KEY and NOT_THE_AUTHOR (usage), and what reading policy, ledger and candidate throws.
 */
export async function signAuthorship(
  directory: string,
  { version, author, now }: AuthorshipRequest,
  signer: Signer,
): Promise<string> {
  const { policy } = await readDecided(directory);
  requireAuthor(policy, author, signer);
  const candidate = await readCandidate(directory, version);
  requireNamed(candidate, author);
  const predicate: Authorship = {
    author,
    version,
    candidate: candidateDigest(candidate),
    images: imagesDigest(candidate),
    at: now.toISOString(),
  };
  const statement = { subjects: subjectsOf(candidate), predicate };
  const envelope = await signStatement('authorship', statement, [signer]);
  const folder = join(directory, gateFiles.authorships);
  return await keepStatement(folder, `${version}-${author}`, envelope);
}

function requireAuthor({ trust }: Policy, author: string, signer: Signer): void {
  if (trust.authors === undefined) {
    const seen = 'the policy has no trust.authors, and believes what candidates say';
    throw new UsageError('NO_AUTHORS', `${seen}; list those who make releases, or sign nothing`);
  }
  requireOwnKey(signer, author, { keys: trust.authors, role: 'authors', does: 'sign' });
}

function requireNamed({ version, author: named }: Candidate, author: string): void {
  if (isSamePerson(named, author)) return;
  const seen = `the file of ${version} says that ${named} made it, not ${author}`;
  throw new UsageError('NOT_THE_AUTHOR', `${seen}; correct it first`);
}
