/**
 * The coverage of the contract: each promise has a suite, or the reason why none does.
 */

import { join } from 'node:path';
import t from 'tap';
import { compiledRoot, projectRoot } from '../../harness/base/project-root.js';
import { patternNames } from '../../harness/execute/pattern-catalogue.js';
import { loadContract } from '../../harness/select/contract.js';
import { loadSuites } from '../../harness/select/load-suites.js';

t.test('every promise has a suite or a reason, and none has both', async (t) => {
  const contract = await loadContract(join(projectRoot(), 'suites', 'contract.tsv'));
  const directory = join(compiledRoot(), 'suites');
  const suites = await loadSuites({ directory, contract, patterns: patternNames });
  const claimed = new Set(suites.flatMap(({ claims }) => claims));
  const rows = [...contract.values()];
  const silent = rows.filter(({ id, unproven }) => !claimed.has(id) && unproven === undefined);
  const both = rows.filter(({ id, unproven }) => claimed.has(id) && unproven !== undefined);
  const ids = (some: typeof rows) => some.map(({ id }) => id);
  t.same(ids(silent), [], 'rows without a suite and without a reason');
  t.same(ids(both), [], 'rows with a suite and with a reason why there is none');
});
