/**
 * The first signal asks for an end and bounds it; what does not come to its end is left.
 */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import t from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';

const module = pathToFileURL(join(compiledRoot(), 'harness', 'cli', 'interrupt.js')).href;

/** A process that hears of its first signal by `end`, and says when it may be signalled. */
function start(end: string, limitMs: number) {
  const script = `
    import { watchInterrupts } from ${JSON.stringify(module)};
    const interrupt = watchInterrupts(() => undefined, ${limitMs});
    const alive = setInterval(() => undefined, 1000);
    interrupt.signal.addEventListener('abort', () => { ${end} });
    console.log('ready');`;
  return execa('node', ['--input-type=module', '--eval', script], { reject: false });
}

async function interrupted(end: string, limitMs: number, signal: NodeJS.Signals = 'SIGINT') {
  const child = start(end, limitMs);
  for await (const line of child) if (line === 'ready') child.kill(signal);
  return await child;
}

t.test('who does not come to an end is left, with word of what to do', async (t) => {
  const { exitCode, stderr } = await interrupted('', 200);
  t.equal(exitCode, 130);
  t.match(stderr, /left without a clean teardown; .*\.\/yard reap/);
});

t.test('who comes to an end in time is not disturbed', async (t) => {
  const { exitCode, stderr } = await interrupted(
    'clearInterval(alive); process.exitCode = 7;',
    60_000,
  );
  t.equal(exitCode, 7);
  t.equal(stderr, '');
});

t.test('whoever ends a process, or closes its terminal, asks for the same', async (t) => {
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    const end = 'clearInterval(alive); console.log(interrupt.signal.reason.message);';
    const { exitCode, stdout } = await interrupted(end, 60_000, signal);
    t.equal(exitCode, 0, signal);
    t.match(stdout, `interrupted by ${signal}`);
  }
});
