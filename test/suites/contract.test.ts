/**
 * The coverage of the contract: each promise has a suite, or the reason why none does.
 */

import { join } from 'node:path';
import t from 'tap';
import { compiledRoot, projectRoot } from '../../harness/base/project-root.js';
import { patternNames } from '../../harness/execute/pattern-catalogue.js';
import { loadContract } from '../../harness/select/contract.js';
import { loadSuites } from '../../harness/select/load-suites.js';

async function loadAll() {
  const contract = await loadContract(join(projectRoot(), 'suites', 'contract.tsv'));
  const directory = join(compiledRoot(), 'suites');
  const suites = await loadSuites({ directory, contract, patterns: patternNames });
  return { rows: [...contract.values()], suites };
}

t.test('every promise has a suite or a reason, and none has both', async (t) => {
  const { rows, suites } = await loadAll();
  const claimed = new Set(suites.flatMap(({ claims }) => claims));
  const silent = rows.filter(({ id, unproven }) => !claimed.has(id) && unproven === undefined);
  const both = rows.filter(({ id, unproven }) => claimed.has(id) && unproven !== undefined);
  const ids = (some: typeof rows) => some.map(({ id }) => id);
  t.same(ids(silent), [], 'rows without a suite and without a reason');
  t.same(ids(both), [], 'rows with a suite and with a reason why there is none');
});

t.test('a row of several points has several suites', async (t) => {
  const { rows, suites } = await loadAll();
  const counts = new Map(
    rows
      .filter(({ flags }) => flags.split(' ').includes('parts'))
      .map(({ id }) => [id as string, suites.filter(({ claims }) => claims.includes(id)).length]),
  );
  t.same(
    [...counts].filter(([, count]) => count < 2),
    [],
    'rows with fewer than two',
  );
  t.equal(counts.get('F10'), 4, 'off, reboot, etcd-lock, window');
  t.ok((counts.get('F07') ?? 0) >= 12, 'points of an update at which the power fails');
});
