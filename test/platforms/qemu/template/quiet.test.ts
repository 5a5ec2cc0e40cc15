/**
 * Whether a process is at rest, of real ones.
 */

import { execa } from 'execa';
import t from 'tap';
import { identifyProcess } from '../../../../harness/base/host-process.js';
import { awaitQuiet } from '../../../../platforms/qemu/template/quiet.js';

/** Runs the program while the promise is waited for. */
async function quietOf(script: string, limitMs: number, signal: AbortSignal): Promise<boolean> {
  const child = execa(process.execPath, ['-e', script], { reject: false });
  try {
    const identity = identifyProcess(child.pid ?? 0);
    if (identity === undefined) throw new Error('the child has no identity');
    return await awaitQuiet(identity, { limitMs, signal });
  } finally {
    child.kill('SIGKILL');
    await child;
  }
}

const { signal } = new AbortController();

t.test('one that sleeps is at rest', async (t) => {
  t.equal(await quietOf('setTimeout(() => {}, 60_000)', 20_000, signal), true);
});

t.test('one that never rests is given up, which is told', async (t) => {
  t.equal(await quietOf('for (;;);', 2000, signal), false);
});

t.test('who no longer wants to know is let go with the reason', async (t) => {
  const reason = new Error('no longer');
  await t.rejects(quietOf('for (;;);', 20_000, AbortSignal.abort(reason)), reason);
});
