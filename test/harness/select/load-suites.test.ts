/**
 * The registry refuses what is not a suite, and says which file and why.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { compiledRoot, projectRoot } from '../../../harness/base/project-root.js';
import { patternNames } from '../../../harness/execute/pattern-catalogue.js';
import { loadContract } from '../../../harness/select/contract.js';
import { loadSuites } from '../../../harness/select/load-suites.js';

const contractFile = join(projectRoot(), 'suites', 'contract.tsv');

const role = `{
  count: 1, vcpus: 1, memoryMiB: 128, boot: { kind: 'disk' }, firmware: 'bios', tpm: false, identity: 'own', segments: [],
  disks: [], nics: [], forwards: [], services: [], shares: [], provisioning: { kind: 'none' },
  ready: { kind: 'ssh' },
}`;

const good = `{
  id: 'boot/good', summary: 's', owner: 'o', claims: ['B01'], tags: [], applies: {},
  topology: { roles: { main: ${role} } }, start: 'fork', limits: { bootMs: 1, runMs: 1, teardownMs: 1 },
  locks: [], expects: [], run: async () => {},
}`;

async function load(test: Pick<typeof t, 'testdir'>, name: string, source: string) {
  const directory = test.testdir({});
  const file = join(directory, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(join(directory, 'package.json'), '{"type": "module"}');
  await writeFile(file, source);
  const contract = await loadContract(contractFile);
  return await loadSuites({ directory, contract, patterns: patternNames });
}

t.test('a good suite is loaded', async (t) => {
  t.match(await load(t, 'boot/good.js', `export default ${good}`), [{ id: 'boot/good' }]);
});

t.test('helpers are not suites', async (t) => {
  t.same(await load(t, 'support/check.js', 'throw new Error("not a suite")'), []);
});

t.test('each bad suite is named with its problem', async (t) => {
  const table: readonly [string, string, RegExp][] = [
    ['boot/a.js', 'throw new Error("boom")', /boot\/a\.ts: it throws when it is imported: boom/],
    ['boot/a.js', 'throw new Error("boom\\nat length")', /imported: boom; see/],
    ['boot/a.js', 'export default {', /boot\/a\.ts: it throws when it is imported: /],
    ['boot/b.js', 'export default {}', /summary: /],
    ['boot/c.js', 'export const x = 1', /boot\/c\.ts: it has no default export; see docs/],
    ['boot/c.js', 'export default 1', /boot\/c\.ts: the default export: /],
    ['boot/good.js', `export default { ...${good}, owner: '' }`, /owner: /],
    ['boot/d.js', `export default ${good}`, /its id is boot\/good, its place says boot\/d/],
    [
      'boot/good.js',
      `export default { ...${good}, claims: ['B01', 'Z98'] }`,
      /claims Z98, which the contract does not have/,
    ],
    [
      'boot/good.js',
      `export default { ...${good}, expects: [{ pattern: 'kernel-panik', reason: 'r' }] }`,
      /good\.ts: it expects kernel-panik, which no pattern is called; did you mean kernel-panic /,
    ],
    [
      'boot/good.js',
      `export default { ...${good}, expects: [{ pattern: 'x', reason: 'r' }] }`,
      /it expects x, which no pattern is called; there are: no-bootable-device, .*core-dump/,
    ],
    ['boot/good.js', `export default { ...${good}, run: 1 }`, /run: must be a function/],
    ['boot/good.js', `export default { ...${good}, wish: 1 }`, /Unrecognized key: "wish"/],
    ['Boot/Bad.js', `export default { ...${good}, id: 'Boot/Bad' }`, /kebab case/],
  ];
  for (const [name, source, message] of table) {
    await t.test(String(message), async (t) => {
      await t.rejects(load(t, name, source), { code: 'BAD_SUITE', kind: 'usage', message });
    });
  }
});

t.test(
  'each message is one line, and of several bad suites the first by name is told',
  async (t) => {
    const bad = (ms: number) =>
      `await new Promise((r) => setTimeout(r, ${ms})); throw new Error('x')`;
    const directory = t.testdir({
      'package.json': '{"type": "module"}',
      boot: { 'a.js': bad(20), 'b.js': bad(0), 'b.test.js': 'throw 1' },
    });
    const contract = await loadContract(contractFile);
    const error = await loadSuites({ directory, contract, patterns: [] }).catch(
      (thrown: Error) => thrown,
    );
    t.match(error, { code: 'BAD_SUITE', message: /^suites\/boot\/a\.ts: [^\n]*$/ });
  },
);

t.test('what ids and globs do not name is not imported', async (t) => {
  const directory = t.testdir({
    'package.json': '{"type": "module"}',
    boot: { 'bad.js': 'throw new Error("boom")', 'good.js': `export default ${good}` },
  });
  const contract = await loadContract(contractFile);
  const loaded = async (...selectors: string[]) => {
    const suites = await loadSuites({ directory, contract, patterns: [], selectors });
    return suites.map(({ id }) => id);
  };
  t.same(await loaded('boot/good', 'boot/g*'), ['boot/good']);
  const unclear = [['boot/*'], [], ['tag:x'], ['claim:B01'], ['boot/good', '!boot/bad'], ['x/*']];
  for (const selectors of unclear) {
    await t.rejects(loaded(...selectors), { code: 'BAD_SUITE' }, `all for ${selectors.join(' ')}`);
  }
});

t.test('the project’s own suites load, and each proves something', async (t) => {
  const contract = await loadContract(contractFile);
  const directory = join(compiledRoot(), 'suites');
  const suites = await loadSuites({ directory, contract, patterns: patternNames });
  t.ok(suites.length >= 20, `${suites.length} suites`);
  t.ok(contract.size > 300, `${contract.size} promises`);
});

t.test('a contract with a bad row or reason is refused by line', async (t) => {
  const refused = async (contract: string, reasons: string, message: RegExp) => {
    const directory = t.testdir({ 'c.tsv': contract, 'unproven.tsv': reasons });
    await t.rejects(loadContract(join(directory, 'c.tsv')), { code: 'BAD_CONTRACT', message });
  };
  const row = 'id\tarea\nB01\tBoot\n';
  await refused(`${row}B01\tBoot\n`, 'row\treason\n', /c\.tsv:3: a row /);
  await refused(row, 'row\treason\nB02\tno PXE\n', /unproven\.tsv:2: a reason /);
  await refused(row, 'row\treason\nB01\tno PXE\nB01\tno PXE\n', /unproven\.tsv:3: a reason /);
  await refused(row, 'row\treason\nB01\n', /unproven\.tsv:2: a reason /);
});
