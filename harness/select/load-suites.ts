/**
 * The registry: finds every suite file, imports it, and refuses what is not a suite.
 */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toError, UsageError } from '../base/errors.js';
import type { ContractRow } from '../model/contract.js';
import { type ClaimId, parseClaimId, parseSuiteId } from '../model/ids.js';
import type { Suite } from '../model/suite.js';
import { nearestNames } from './nearest-names.js';
import { namedIds } from './select-suites.js';
import { problemsOf } from './suite-shape.js';

/** Where compiled suites are, and the promises and patterns that they may name. */
export interface SuiteSource {
  readonly directory: string;
  readonly contract: ReadonlyMap<ClaimId, ContractRow>;
  /** The names in the catalogue of patterns. */
  readonly patterns: readonly string[];
  /** What is wanted; where this names ids, no other file is imported. Default: all. */
  readonly selectors?: readonly string[];
}

/**
 * Every `<area>/<name>.js` below the directory, sorted by id. Throws BAD_SUITE (usage) that names
 * the file and what is wrong with it: of several, the first by name, whichever was read first.
 */
export async function loadSuites(source: SuiteSource): Promise<readonly Suite[]> {
  const names = await suiteFiles(source.directory);
  const named = namedIds(names.map(idOf), source.selectors ?? []);
  const wanted = named ? names.filter((name) => named.includes(idOf(name))) : names;
  const loaded = await Promise.allSettled(wanted.map((name) => loadSuite(name, source)));
  return loaded.map((suite) => {
    if (suite.status === 'rejected') throw suite.reason;
    return suite.value;
  });
}

async function suiteFiles(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory, { recursive: true });
  return names.filter(isSuiteFile).sort();
}

function idOf(name: string): string {
  return name.replace(/\.js$/, '');
}

function isSuiteFile(name: string): boolean {
  return name.endsWith('.js') && !name.endsWith('.test.js') && !name.startsWith('support/');
}

async function loadSuite(name: string, source: SuiteSource): Promise<Suite> {
  const { directory, contract, patterns } = source;
  const exported = await importDefault(join(directory, name), name);
  if (exported === undefined) throw badSuite(name, 'it has no default export');
  const problems = problemsOf(exported);
  if (problems.length > 0) throw badSuite(name, problems.join('; '));
  const suite = exported as Suite;
  const problem =
    problemWithId(suite, name) ??
    problemWithClaims(suite, contract) ??
    problemWithExpectations(suite, patterns);
  if (problem !== undefined) throw badSuite(name, problem);
  return suite;
}

async function importDefault(path: string, name: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
    return module.default;
  } catch (thrown) {
    const [reason = ''] = toError(thrown).message.split('\n');
    throw badSuite(name, `it throws when it is imported: ${reason}`);
  }
}

function problemWithId({ id }: Suite, name: string): string | undefined {
  const expected = idOf(name);
  if (id !== expected) return `its id is ${id}, its place says ${expected}`;
  return parseSuiteId(id) ? undefined : `${id} is not of the form area/name in kebab case`;
}

function problemWithClaims(
  { claims }: Suite,
  contract: SuiteSource['contract'],
): string | undefined {
  const unknown = claims.filter((claim) => {
    const id = parseClaimId(claim);
    return id === undefined || !contract.has(id);
  });
  if (unknown.length === 0) return undefined;
  return `it claims ${unknown.join(', ')}, which the contract does not have`;
}

function problemWithExpectations(
  { expects }: Suite,
  patterns: readonly string[],
): string | undefined {
  const unknown = expects.find(({ pattern }) => !patterns.includes(pattern))?.pattern;
  if (unknown === undefined) return undefined;
  const near = nearestNames(unknown, patterns).join(' or ');
  const advice = near === '' ? `there are: ${patterns.join(', ')}` : `did you mean ${near}?`;
  return `it expects ${unknown}, which no pattern is called; ${advice}`;
}

function badSuite(name: string, problem: string): UsageError {
  const file = `suites/${name.replace(/\.js$/, '.ts')}`;
  return new UsageError('BAD_SUITE', `${file}: ${problem}; see docs/writing-a-suite.md`);
}
