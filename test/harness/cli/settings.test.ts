/**
 * Settings: precedence, and a message for each kind of bad input.
 */

import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { availableProcessors } from '../../../harness/base/cpu-quota.js';
import { budgetOf, loadSettings, partOf, requireMemory } from '../../../harness/cli/settings.js';

async function configFile(text: string): Promise<string> {
  const directory = await mkdtemp(join(t.testdir(), 'config-'));
  const file = join(directory, 'switchyard.config.json');
  await writeFile(file, text);
  return file;
}

t.test('options win over the file, the file over defaults', async (t) => {
  const file = await configFile('{"retries": 2, "vcpus": 8}');
  const settings = await loadSettings({ retries: 1 }, file);
  t.match(settings, { retries: 1, vcpus: 8, image: 'reference', accelerator: 'auto' });
});

t.test('without a file there are defaults', async (t) => {
  t.match(await loadSettings({}), { retries: 0, accelerator: 'auto' });
});

t.test('each bad input names the file, the field and the problem', async (t) => {
  const table: readonly [string, RegExp][] = [
    ['{', /config file .*switchyard\.config\.json: .*JSON/],
    ['[]', /it must hold one JSON object/],
    ['{"retrys": 1}', /Unrecognized key: "retrys"/],
    ['{"retries": -1}', /switchyard\.config\.json: retries: must be a whole number from 0 to 20;/],
    ['{"verifyForks": 1.5}', /verifyForks: must be a whole number from 0 to 100;/],
    ['{"jobs": 0}', /jobs: must be a whole number from 1 on/],
    ['{"maxFailures": 0}', /maxFailures: must be a whole number from 1 on/],
    ['{"seed": "x"}', /seed: must be a whole number from 0 to 4294967295/],
    ['{"image": ""}', /image: must not be empty/],
    ['{"accelerator": "hvf"}', /accelerator: Invalid option/],
    ['{"sha256": "abc"}', /sha256: must be 64 lower-case hexadecimal digits/],
  ];
  for (const [text, message] of table) {
    const file = await configFile(text);
    await t.rejects(loadSettings({}, file), { code: 'BAD_CONFIG', kind: 'usage', message }, text);
  }
});

t.test('a config file that was asked for must exist', async (t) => {
  const missing = join(t.testdir(), 'none.json');
  await t.rejects(loadSettings({}, missing), { code: 'BAD_CONFIG', message: /no such file/ });
});

t.test('the budget is what the user said, or follows the host', async (t) => {
  const asked = await loadSettings({ memoryMiB: 4096, vcpus: 3 });
  t.same(budgetOf(asked), { memoryMiB: 4096, vcpus: 3 });
  t.equal(budgetOf(await loadSettings({})).vcpus, availableProcessors());
  t.match(budgetOf(await loadSettings({ jobs: 2 })), { jobs: 2 });
});

t.test('more memory than the host has is refused with both figures', async (t) => {
  const settings = await loadSettings({ memoryMiB: 4096 });
  t.doesNotThrow(() => requireMemory(settings, 4096));
  t.throws(() => requireMemory(settings, 4095), {
    code: 'NO_MEMORY',
    kind: 'usage',
    message: /^memory: 4096 MiB for machines, and the host has 4095 MiB; give less/,
  });
});

t.test('runs at once have parts of one budget', async (t) => {
  t.same(partOf({ memoryMiB: 4096, vcpus: 5, jobs: 2 }, 2), { memoryMiB: 2048, vcpus: 2, jobs: 2 });
  t.same(partOf({ memoryMiB: 4096, vcpus: 2 }, 4), { memoryMiB: 1024, vcpus: 1 });
});
