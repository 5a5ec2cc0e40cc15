/**
 * The published JSON Schema of the event log. `SWITCHYARD_UPDATE_DOCS=1` rewrites docs/ instead of
 * comparing it.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { projectRoot } from '../../harness/base/project-root.js';
import { eventLogJsonSchema } from '../../results/event-schema.js';

t.test('docs/event-log.schema.json is up to date', async (t) => {
  const path = join(projectRoot(), 'docs', 'event-log.schema.json');
  const wanted = `${JSON.stringify(eventLogJsonSchema(), undefined, 2)}\n`;
  if (process.env['SWITCHYARD_UPDATE_DOCS'] === '1') await writeFile(path, wanted);
  t.same(JSON.parse(await readFile(path, 'utf8')), JSON.parse(wanted));
});

t.test('it names every kind, the chain, and the form of ids', async (t) => {
  const text = JSON.stringify(eventLogJsonSchema());
  for (const kind of ['run-started', 'case-planned', 'attempt-ended', 'run-ended']) {
    t.match(text, `"const":"${kind}"`);
  }
  t.match(text, '"chain"');
  t.match(text, '"description":"run id"');
});
