/**
 * Who may use a template cache.
 */

import { mkdtempSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { requireFormat } from '../../../../platforms/qemu/template/cache-format.js';
import { templateSchemaVersion } from '../../../../platforms/qemu/template/template.js';

t.test('a new, a known, a damaged and a newer cache', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'yard-test-'));
  t.teardown(async () => await rm(root, { recursive: true, force: true }));
  const directory = join(root, 'templates');
  const file = join(directory, 'format.json');
  await requireFormat(directory);
  t.same(JSON.parse(await readFile(file, 'utf8')), { schema: templateSchemaVersion });
  await requireFormat(directory);
  await writeFile(file, '{"sch');
  await requireFormat(directory);
  t.same(JSON.parse(await readFile(file, 'utf8')), { schema: templateSchemaVersion });
  const newer = JSON.stringify({ schema: templateSchemaVersion + 1 });
  await writeFile(file, newer);
  const knows = `this Switchyard knows ${templateSchemaVersion}`;
  await t.rejects(requireFormat(directory), {
    kind: 'usage',
    code: 'NEWER_CACHE',
    message: new RegExp(
      `has format ${templateSchemaVersion + 1}, ${knows}; use the newer .* --no-fork$`,
    ),
  });
  t.equal(await readFile(file, 'utf8'), newer, 'nothing is overwritten');
});
