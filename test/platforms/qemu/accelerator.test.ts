/**
 * The proof of KVM on whatever host this is: it comes to an answer within its limit, the answer is
 * kept as long as it may be believed, and a demand that can't be met says why.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import {
  chooseAccelerator,
  type Kvm,
  kvmProbeLimitMs,
} from '../../../platforms/qemu/accelerator.js';
import { measureSlowness, slownessOfLap } from '../../../platforms/qemu/host-speed.js';
import { type ProbeResult, runProbe } from '../../../platforms/qemu/probe.js';

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

/** Answers of a host, the last one for ever; counts how often the payload ran. */
function kvmOf(...answers: (string | ProbeResult)[]) {
  let runs = 0;
  const next = () => (answers.length > 1 ? answers.shift() : answers[0]);
  const kvm: Kvm = {
    refusal: async () => (typeof answers[0] === 'string' ? (next() as string) : undefined),
    run: async () => {
      runs += 1;
      return next() as ProbeResult;
    },
  };
  return { kvm, runs: () => runs };
}

const hung: ProbeResult = { ok: false, reason: 'it hung' };
const ran: ProbeResult = { ok: true, lapMs: 10 };

t.test('a device that does not open is looked at every time', async (t) => {
  const { kvm } = kvmOf('EACCES', ran);
  const options = { cacheDirectory: t.testdir({}), qemuVersion, signal, kvm } as const;
  const first = await chooseAccelerator({ ...options, wish: 'auto' });
  t.same(first, { name: 'tcg', reason: 'KVM is unusable: /dev/kvm: EACCES' });
  t.match(await chooseAccelerator({ ...options, wish: 'auto' }), { name: 'kvm' });
  const gone = { ...options, kvm: kvmOf('ENOENT').kvm, wish: 'kvm' } as const;
  const expected = { code: 'ACCEL_UNUSABLE', kind: 'infrastructure', message: /kvm: ENOENT; use/ };
  await t.rejects(chooseAccelerator(gone), expected);
});

t.test('a proof that failed is believed for ten minutes, and not on demand', async (t) => {
  const cacheDirectory = t.testdir({});
  const { kvm, runs } = kvmOf(hung, hung, ran);
  const options = { cacheDirectory, qemuVersion, signal, kvm } as const;
  const auto = async () => await chooseAccelerator({ ...options, wish: 'auto' });
  t.same(await auto(), { name: 'tcg', reason: 'KVM is unusable: it hung' });
  await auto();
  t.equal(runs(), 1);
  const demand = chooseAccelerator({ ...options, wish: 'kvm' });
  await t.rejects(demand, { code: 'ACCEL_UNUSABLE', message: /it hung/ });
  await auto();
  t.equal(runs(), 2);
  await age(join(cacheDirectory, 'host', 'kvm.json'));
  t.match(await auto(), { name: 'kvm' });
  t.match(await chooseAccelerator({ ...options, wish: 'kvm' }), { name: 'kvm' });
  t.equal(runs(), 3, 'a proof holds until the host reboots');
});

/** As if what is kept there had been measured eleven minutes earlier. */
async function age(file: string): Promise<void> {
  const entry = JSON.parse(await readFile(file, 'utf8')) as { value: { atMs: number } };
  const value = { ...entry.value, atMs: entry.value.atMs - 11 * 60_000 };
  await writeFile(file, JSON.stringify({ ...entry, value }));
}

t.test('a slow lap is measured again, and the shortest counts', async (t) => {
  const cacheDirectory = t.testdir({});
  const file = join(cacheDirectory, 'host', 'tcg-lap.json');
  const laps = [700, 400, 500, 120, 900];
  const lap = async () => laps.shift() ?? Number.NaN;
  const slowness = async () => {
    return await measureSlowness({ cacheDirectory, qemuVersion, signal, accelerator: 'tcg', lap });
  };
  t.equal(await slowness(), 7);
  t.equal(await slowness(), 7, 'not at once');
  const later: number[] = [];
  for (const _ of [1, 2, 3, 4]) {
    await age(file);
    later.push(await slowness());
  }
  t.same(later, [4, 4, 1.2, 1.2], 'a host that was calm once is not measured any more');
  t.same(laps, [900]);
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
