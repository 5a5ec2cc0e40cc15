/**
 * `yard list`: the suites and what they claim.
 */

import { join } from 'node:path';
import { compiledRoot, projectRoot } from '../../base/project-root.js';
import { patternNames } from '../../execute/pattern-catalogue.js';
import type { Suite } from '../../model/suite.js';
import { loadContract } from '../../select/contract.js';
import { loadSuites } from '../../select/load-suites.js';
import { selectSuites } from '../../select/select-suites.js';

/** The selected suites of the project. Throws usage errors. */
export async function loadSelectedSuites(selectors: readonly string[]): Promise<readonly Suite[]> {
  const contract = await loadContract(join(projectRoot(), 'suites', 'contract.tsv'));
  const directory = join(compiledRoot(), 'suites');
  const suites = await loadSuites({ directory, contract, patterns: patternNames, selectors });
  return selectSuites(suites, selectors);
}

/** What `--json` prints of one suite. Patterns inside a topology appear as their source text. */
function describeSuite(suite: Suite): object {
  const { id, summary, owner, claims, tags, applies, topology, start, limits, locks } = suite;
  return { id, summary, owner, claims, tags, applies, topology, start, limits, locks };
}

function patternsAsText(_key: string, value: unknown): unknown {
  return value instanceof RegExp ? value.source : value;
}

/** Prints a line per suite, or `{ schema, suites: […] }` with `--json` (docs/running.md). */
export async function listCommand(
  selectors: readonly string[],
  options: { readonly json?: boolean },
): Promise<void> {
  const suites = await loadSelectedSuites(selectors);
  if (options.json) {
    const list = { schema: 1, suites: suites.map(describeSuite) };
    process.stdout.write(`${JSON.stringify(list, patternsAsText, 2)}\n`);
    return;
  }
  const width = Math.max(...suites.map((suite) => suite.id.length));
  for (const { id, claims, summary } of suites) {
    process.stdout.write(`${id.padEnd(width)}  ${summary} [${claims.join(' ')}]\n`);
  }
}
