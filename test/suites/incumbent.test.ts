/**
 * The incumbent's tests, each with the suites that prove the same or the reason why none does.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { compiledRoot, projectRoot } from '../../harness/base/project-root.js';
import { patternNames } from '../../harness/execute/pattern-catalogue.js';
import { loadContract } from '../../harness/select/contract.js';
import { loadSuites } from '../../harness/select/load-suites.js';

t.test('every test of kola has suites that exist, or a reason', async (t) => {
  const table = join(projectRoot(), 'suites', 'kola.tsv');
  const [, ...lines] = (await readFile(table, 'utf8')).trimEnd().split('\n');
  const rows = lines.map((line) => {
    const [name = '', suites = '', note = ''] = line.split('\t');
    return { name, suites: suites.split(' ').filter((id) => id !== ''), note };
  });
  const contract = await loadContract(join(projectRoot(), 'suites', 'contract.tsv'));
  const directory = join(compiledRoot(), 'suites');
  const known = await loadSuites({ directory, contract, patterns: patternNames });
  const ids = new Set(known.map(({ id }) => id));
  t.same(
    rows.flatMap(({ suites }) => suites.filter((id) => !ids.has(id))),
    [],
    'suites that are not there',
  );
  const silent = rows.filter(({ suites, note }) => suites.length === 0 && note === '');
  t.same(silent, [], 'tests without suite and reason');
  t.equal(new Set(rows.map(({ name }) => name)).size, rows.length, 'names are unique');
});
