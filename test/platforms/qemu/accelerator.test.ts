/**
 * The proof of KVM on whatever host this is: it comes to an answer within its limit, the answer is
 * kept, and a demand that can't be met says why.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { chooseAccelerator, kvmProbeLimitMs } from '../../../platforms/qemu/accelerator.js';
import { measureSlowness, slownessOfLap } from '../../../platforms/qemu/host-speed.js';
import { runProbe } from '../../../platforms/qemu/probe.js';

const signal = AbortSignal.timeout(60_000);
const qemuVersion = '10.0.2';

t.test('auto comes to an answer within the limit, with a reason', async (t) => {
  const cacheDirectory = t.testdir({});
  const options = { cacheDirectory, qemuVersion, signal, wish: 'auto' } as const;
  const startedMs = performance.now();
  const first = await chooseAccelerator(options);
  t.ok(performance.now() - startedMs < kvmProbeLimitMs + 1_500);
  t.not(first.reason, '');
  t.comment(`${first.name}: ${first.reason}`);

  const againMs = performance.now();
  t.strictSame(await chooseAccelerator(options), first);
  t.ok(performance.now() - againMs < 100, 'the second answer comes from the cache');
});

t.test('a cached failure makes the demand for KVM fail with its reason', async (t) => {
  const cacheDirectory = t.testdir({});
  const options = { cacheDirectory, qemuVersion, signal } as const;
  await chooseAccelerator({ ...options, wish: 'auto' });
  const file = join(cacheDirectory, 'host', 'kvm.json');
  const entry = JSON.parse(await readFile(file, 'utf8')) as { key: string };
  await writeFile(file, JSON.stringify({ ...entry, value: { works: false, reason: 'it hung' } }));
  const failed = chooseAccelerator({ ...options, wish: 'kvm' });
  await t.rejects(failed, { code: 'ACCEL_UNUSABLE', kind: 'infrastructure', message: /it hung/ });
  const choice = await chooseAccelerator({ ...options, wish: 'auto' });
  t.strictSame(choice, { name: 'tcg', reason: 'KVM is unusable: it hung' });
});

t.test('TCG runs the payload, and a limit ends it', async (t) => {
  const run = await runProbe({ accelerator: 'tcg', limitMs: 30_000, signal });
  t.ok(run.ok && run.lapMs > 5 && run.lapMs < 5_000, JSON.stringify(run));
  const cut = await runProbe({ accelerator: 'tcg', limitMs: 100, signal });
  t.match(cut, { ok: false, reason: /did not run to its end within 100 ms/ });
});

t.test('slowness', async (t) => {
  t.equal(slownessOfLap(100), 1);
  t.equal(slownessOfLap(20), 1, 'never below 1');
  t.equal(slownessOfLap(251), 2.6);
  t.equal(slownessOfLap(100_000), 8, 'never above 8');
  const options = { cacheDirectory: t.testdir({}), qemuVersion, signal } as const;
  t.equal(await measureSlowness({ ...options, accelerator: 'kvm' }), 1);
});
