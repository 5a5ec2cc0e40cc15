/**
 * Who may use a template cache.
 */

import { mkdtempSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { requireFormat } from '../../../../platforms/qemu/template/cache-format.js';

t.test('a new, a known, a damaged and a newer cache', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'yard-test-'));
  t.teardown(async () => await rm(root, { recursive: true, force: true }));
  const directory = join(root, 'templates');
  const file = join(directory, 'format.json');
  await requireFormat(directory);
  t.same(JSON.parse(await readFile(file, 'utf8')), { schema: 1 });
  await requireFormat(directory);
  await writeFile(file, '{"sch');
  await requireFormat(directory);
  t.same(JSON.parse(await readFile(file, 'utf8')), { schema: 1 });
  await writeFile(file, '{"schema":2}');
  await t.rejects(requireFormat(directory), {
    kind: 'usage',
    code: 'NEWER_CACHE',
    message: /has format 2, this Switchyard knows 1; use the newer Switchyard, .* --no-fork$/,
  });
  t.equal(await readFile(file, 'utf8'), '{"schema":2}', 'nothing is overwritten');
});
