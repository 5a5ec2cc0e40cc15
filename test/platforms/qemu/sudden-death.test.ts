/**
 * `kill -9` of the command: QEMU is gone within a second, and the reaper leaves nothing.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { isRunning } from '../../../harness/base/host-process.js';
import { poll } from '../../../harness/base/poll.js';
import { listStates } from '../../../platforms/qemu/cluster-state.js';
import { reap } from '../../../platforms/qemu/reap.js';

t.test('kill -9 of the command', async (t) => {
  const program = fileURLToPath(new URL('./hold-cluster.js', import.meta.url));
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  const holder = spawn(process.execPath, [program], { stdio: [...stdio] });
  t.teardown(() => holder.kill('SIGKILL'));
  const [line] = await once(
    createInterface({ input: holder.stdout as NodeJS.ReadableStream }),
    'line',
  );
  const { directory } = JSON.parse(String(line)) as { directory: string };
  t.teardown(async () => await rm(directory, { recursive: true, force: true }));
  const stateDirectory = join(directory, 'cache', 'state');
  const state = listStates(stateDirectory)[0]?.data;
  const qemu = state?.machines[0]?.process;
  if (!state || !qemu) throw new Error('the program has left no state');
  t.ok(isRunning(qemu));

  const signal = AbortSignal.timeout(30_000);
  const alive = await reap({ stateDirectory, signal });
  t.match(alive, { reaped: [], living: [{ cluster: 'test-1', ownerPid: holder.pid }] });
  t.ok(isRunning(qemu), 'a living command keeps its machines');

  holder.kill('SIGKILL');
  const killedMs = performance.now();
  await poll(() => (isRunning(qemu) ? undefined : true), { signal, intervalMs: 5 });
  t.ok(performance.now() - killedMs < 1_000, 'QEMU died with the command');
  t.ok(state.directories.every(existsSync), 'its files are still there');

  const report = await reap({ stateDirectory, signal });
  t.match(report, { reaped: [{ cluster: 'test-1', killed: [] }], living: [], failures: [] });
  t.notOk(state.directories.some(existsSync), 'nothing is left');
  t.strictSame(listStates(stateDirectory), []);
});
