/**
 * A suite that somebody got wrong, as its author meets it: a copy of the compiled project with one
 * more suite, one line with what to do next, exit status 2, and nothing created.
 */

import { existsSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { compiledRoot, projectRoot } from '../../../harness/base/project-root.js';

/** The project once more; what is linked is not written to. */
async function copyOfProject(root: string): Promise<void> {
  await execa('cp', ['-al', compiledRoot(), join(root, 'dist')]);
  for (const name of ['node_modules', 'package.json', 'suites']) {
    await symlink(join(projectRoot(), name), join(root, name));
  }
}

const suite = (machine: string) => `
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
export default defineSuite({
  id: 'boot/wrong', summary: 'One that its author got wrong.', claims: ['B01'], tags: [], applies: {},
  topology: singleMachine(${machine}), start: 'fork', async run() {},
});`;

const given = (provisioning: string) => suite(`{ provisioning: ${provisioning} }`);
const fragment = `{ kind: 'ignition', config: { storage: { files: [{ path: 'not/absolute' }] } } }`;
const butane = `{ kind: 'butane', config: 'variant: flatcar\\nversion: 1.1.0\\nstorage: 1\\n' }`;
const misspelt = `{ kind: 'raw', config: '{{self.hostname}}' }`;
const nic = (wish: string) => suite(`{ nics: [{ subnet: '10.0.3.0/24', ${wish} }] }`);

t.setTimeout(120_000);

t.test('each bad suite', async (t) => {
  const root = t.testdir({});
  await copyOfProject(root);
  const table: readonly [string, RegExp][] = [
    [
      "throw new Error('boom');",
      /^yard: suites\/boot\/wrong\.ts: it throws .*boom; .* \[BAD_SUITE\]$/,
    ],
    [
      'export default { id: 1 };',
      /^yard: suites\/boot\/wrong\.ts: .*summary: .*; .* \[BAD_SUITE\]$/,
    ],
    ['const x = 1;', /^yard: suites\/boot\/wrong\.ts: it has no default export; .* \[BAD_SUITE\]$/],
    [given(fragment), /^yard: suites\/boot\/wrong\.ts, role main: .*files\.0.* \[BAD_IGNITION\]$/],
    [given(butane), /^yard: suites\/boot\/wrong\.ts, role main: .*line 3: .* \[BAD_IGNITION\]$/],
    [given(misspelt), /^yard: suites\/boot\/wrong\.ts, role main: {{self\..* \[BAD_PLACEHOLDER\]$/],
    [
      nic(`subnet: '10.0.3.7/24'`),
      /^yard: .*wrong\.ts: a NIC of role main: 10\.0\.3\.7\/24 is not the .* \[BAD_NETWORK\]$/,
    ],
    [nic(`mac: 'eth1'`), /^yard: .*wrong\.ts: a NIC of role main: MAC eth1 .* \[BAD_NETWORK\]$/],
    [suite('{ forwards: [70000] }'), /^yard: .*wrong\.ts: .*forwards\.0: .* \[BAD_SUITE\]$/],
  ];
  for (const [source, message] of table) {
    await writeFile(join(root, 'dist', 'suites', 'boot', 'wrong.js'), source);
    const argv = ['run', 'boot/wrong', '--no-install', '--runs', join(root, 'runs')];
    const main = join(root, 'dist', 'harness', 'cli', 'main.js');
    const env = { XDG_CACHE_HOME: join(root, 'cache') };
    const ended = await execa(process.execPath, [main, ...argv], { reject: false, env });
    t.same([ended.exitCode, ended.stdout], [2, ''], source);
    t.match(ended.stderr, message);
  }
  t.notOk(existsSync(join(root, 'runs')) || existsSync(join(root, 'cache')), 'nothing was made');
});
