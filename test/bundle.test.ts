/**
 * The command line as it is started, in few files, is the one that was compiled.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { compiledRoot } from '../harness/base/project-root.js';

const bundle = join(compiledRoot(), 'command');

async function both(...argv: readonly string[]) {
  const mains = [join(compiledRoot(), 'harness', 'cli', 'main.js'), join(bundle, 'main.js')];
  const [compiled, bundled] = await Promise.all(
    mains.map(async (main) => {
      const options = { reject: false, cwd: t.testdirName } as const;
      const { exitCode, stdout, stderr } = await execa(process.execPath, [main, ...argv], options);
      return { exitCode, stdout, stderr };
    }),
  );
  return { compiled, bundled };
}

t.before(() => void t.testdir());

t.test('it says what the compiled one says', async (t) => {
  for (const argv of [['list', '--json'], ['--help'], ['run', 'no/such-suite'], ['butane', 'x']]) {
    const { compiled, bundled } = await both(...argv);
    t.strictSame(bundled, compiled, argv.join(' '));
    t.not(`${compiled?.stdout}${compiled?.stderr}`, '', 'and that is something');
  }
});

t.test('of what suites load too there is one, or their errors would be nobody’s', async (t) => {
  const names = (await readdir(bundle)).filter((name) => name.endsWith('.js'));
  const texts = await Promise.all(names.map((name) => readFile(join(bundle, name), 'utf8')));
  t.ok(texts.some((text) => text.includes('"../harness/base/errors.js"')));
  t.notOk(texts.some((text) => /class HarnessError\b/.test(text)));
});

t.test('a stack names the source', async (t) => {
  const map = JSON.parse(await readFile(join(bundle, 'main.js.map'), 'utf8'));
  t.ok(map.sources.includes('../../harness/cli/main.ts'), map.sources.join(' '));
});
