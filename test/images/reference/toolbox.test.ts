/**
 * Steps in a toolbox made of this host's programs: what they see, that nothing of them is left, and
 * what dead builders leave.
 */

import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';
import { partialOf, removePartials } from '../../../images/reference/partials.js';
import { removeBuilt, runInToolbox } from '../../../images/reference/toolbox.js';

const module = pathToFileURL(join(compiledRoot(), 'images', 'reference', 'toolbox.js')).href;
const signal = AbortSignal.timeout(60_000);

/** Users may not everywhere make namespaces; what a build then says is tested with the host's checks. */
const skip = await removeBuilt(join(t.testdir({}), 'none'), signal).then(
  () => false,
  () => 'no namespaces here',
);

/** A step with the script, which finds `/out`. */
async function stepOf(t: Test, script: string) {
  const root = t.testdir({ toolbox: {}, source: { 'step.sh': script }, out: {} });
  const toolbox = join(root, 'toolbox');
  for (const name of ['dev', 'proc', 'usr', 'source', 'out']) await mkdir(join(toolbox, name));
  for (const name of ['bin', 'lib', 'lib64']) await symlink(`usr/${name}`, join(toolbox, name));
  const [source, out] = [join(root, 'source'), join(root, 'out')];
  const mounts = { usr: '/usr', source, out };
  return { out, step: { toolbox, script: 'step.sh', mounts, logFile: join(root, 'log') } };
}

t.test('a step has processes, devices and mounts of its own', { skip }, async (t) => {
  const { out, step } = await stepOf(
    t,
    'exec 3</dev/null; readlink /proc/self/fd/3 >/out/fd; echo $$ >/out/pid',
  );
  await runInToolbox({ ...step, signal });
  const said = async (name: string) => (await readFile(join(out, name), 'utf8')).trim();
  t.equal(await said('fd'), '/dev/null');
  t.equal(await said('pid'), '1');
  t.same(await readdir(join(step.toolbox, 'proc')), [], 'nothing stays mounted');
});

t.test('a step that fails says so', { skip }, async (t) => {
  const { step } = await stepOf(t, 'echo bad; exit 4');
  const error = { code: 'BUILD_FAILED', evidence: /bad/ };
  await t.rejects(runInToolbox({ ...step, signal }), error);
});

t.test('it ends with its builder, in any session', { skip, timeout: 20_000 }, async (t) => {
  const { out, step } = await stepOf(
    t,
    'exec >/out/alive; setsid sh -c "sleep 60; true" & echo started; sleep 60',
  );
  await execa('mkfifo', [join(out, 'alive')]);
  const script = `
    import { runInToolbox } from ${JSON.stringify(module)};
    const step = ${JSON.stringify(step)};
    await runInToolbox({ ...step, signal: new AbortController().signal });`;
  const builder = execa('node', ['--input-type=module', '--eval', script], { reject: false });
  for await (const chunk of createReadStream(join(out, 'alive'))) {
    if (String(chunk) === 'started\n') builder.kill('SIGKILL');
  }
  t.equal((await builder).signal, 'SIGKILL');
});

t.test('no two builders share a place, and the next removes what is left', { skip }, async (t) => {
  const directory = t.testdir({ 'os-1': { file: '' }, packages: {} });
  const [one, other] = [partialOf(join(directory, 'os-1')), partialOf(join(directory, 'os-1'))];
  t.not(one, other);
  for (const partial of [one, other]) {
    await mkdir(partial);
    await writeFile(join(partial, 'file'), '');
  }
  await removePartials(directory, signal);
  t.same((await readdir(directory)).sort(), ['os-1', 'packages']);
  await removePartials(directory, signal);
});
