/**
 * Programs of the build: what they say is kept, what they lack is told, and none of them, nor any that
 * they started, outlives the process that builds.
 */

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import t from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';
import { runCommand } from '../../../images/reference/run-command.js';

const module = pathToFileURL(join(compiledRoot(), 'images', 'reference', 'run-command.js')).href;
const signal = AbortSignal.timeout(60_000);

/** Two programs that run for a minute, and say when they do. */
const lasting = ['sh', '-c', 'sh -c "sleep 60; true" & echo started; sleep 60; true'] as const;

/** A builder of its own, whose command and all that this starts hold the log open. */
function startBuilder(logFile: string) {
  const script = `
    import { runCommand } from ${JSON.stringify(module)};
    const controller = new AbortController();
    process.on('SIGTERM', () => controller.abort(new Error('interrupted')));
    const argv = ${JSON.stringify(lasting)};
    await runCommand({ argv, logFile: ${JSON.stringify(logFile)}, signal: controller.signal });`;
  return execa('node', ['--input-type=module', '--eval', script], { reject: false });
}

for (const how of ['SIGKILL', 'SIGTERM'] as const) {
  t.test(`${how} of the builder ends all of its programs`, { timeout: 20_000 }, async (t) => {
    const log = join(t.testdir({}), 'log');
    await execa('mkfifo', [log]);
    const builder = startBuilder(log);
    let said = '';
    // Ends when the last of them that could write has ended.
    for await (const chunk of createReadStream(log)) {
      said += chunk;
      if (said === 'started\n') builder.kill(how);
    }
    t.equal(said, 'started\n');
    const { signal: endedBy, stderr } = await builder;
    if (how === 'SIGKILL') t.equal(endedBy, how);
    else t.match(stderr, /Error: interrupted/);
  });
}

t.test('what it says goes to the log, and the end of that to the error', async (t) => {
  const logFile = join(t.testdir({ log: 'before\n' }), 'log');
  await runCommand({ argv: ['sh', '-c', 'echo "$1"; echo two >&2', 'x', 'a b'], logFile, signal });
  t.equal(await readFile(logFile, 'utf8'), 'before\na b\ntwo\n');
  for (const [script, evidence] of [
    ['echo wrong; exit 3', /two\nwrong$/],
    ['no-such-program', /no-such-program: not found$/],
    ['kill -SEGV $$', /two/],
  ] as const) {
    const error = { code: 'BUILD_FAILED', kind: 'infrastructure', evidence };
    await t.rejects(runCommand({ argv: ['sh', '-c', script], logFile, signal }), error, script);
  }
});

t.test('a program that is not installed is named', async (t) => {
  const logFile = join(t.testdir({}), 'log');
  await t.rejects(runCommand({ argv: ['no-such-program'], logFile, signal }), {
    ...{ code: 'MISSING_PACKAGES', kind: 'usage' },
    message: 'no-such-program is not installed; install it, or run: ./yard doctor --fix',
  });
});
