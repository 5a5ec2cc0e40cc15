/**
 * What a process took: the fields of `/proc`, and this very process as an example.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { identifyProcess } from '../../../harness/base/host-process.js';
import { parseUsage, sumUsage, usageOfProcess } from '../../../platforms/qemu/process-usage.js';
import { UsageMeter } from '../../../platforms/qemu/usage-meter.js';

const stat = `42 (qemu (x) y) S 1 42 42 0 -1 4194304 1 2 3 4 1250 250 7 8 20 0 5 0 99 0 0`;
const status =
  'Name:\tqemu\nVmHWM:\t  409600 kB\nVmRSS:\t 300000 kB\nRssAnon:\t 9 kB\nRssFile:\t 40960 kB\nRssShmem:\t 204800 kB\n';

t.test('user and system time, and the peak without what is shared', async (t) => {
  t.same(parseUsage(stat, status), { cpuSeconds: 15, peakMemoryMiB: 160 });
  t.equal(parseUsage(stat, 'VmHWM: 1 kB\n'), undefined);
  t.equal(parseUsage('42 (x) S', status), undefined);
});

t.test('a living process; one that is gone, or whose pid another has now', async (t) => {
  const self = identifyProcess(process.pid);
  if (self === undefined) throw new Error('this process has no identity');
  const usage = usageOfProcess(self);
  t.ok(usage && usage.cpuSeconds > 0 && usage.peakMemoryMiB > 1, JSON.stringify(usage));
  t.equal(usageOfProcess({ ...self, startTicks: self.startTicks + 1 }), undefined);
  t.equal(usageOfProcess({ pid: 2 ** 22 + 1, startTicks: 1 }), undefined);
});

t.test('a cluster is the sum of its machines', async (t) => {
  const one = { machine: 'main-0', cpuSeconds: 0.1, peakMemoryMiB: 100 };
  const other = { machine: 'main-1', cpuSeconds: 0.2, peakMemoryMiB: 50 };
  t.same(sumUsage([one, other]), { cpuSeconds: 0.3, peakMemoryMiB: 150 });
  const later = { machine: 'main-0', cpuSeconds: 0.4, peakMemoryMiB: 120 };
  const all = { cpuSeconds: 0.7, peakMemoryMiB: 170 };
  t.same(sumUsage([one, other, later]), all, 'that of a machine was never there twice');
  t.equal(sumUsage([]), undefined);
});

t.test('what a process took is still known when it is gone', async (t) => {
  const busy = spawn(process.execPath, ['-e', 'console.log("x"); for (;;);']);
  await once(busy.stdout, 'data');
  const identity = identifyProcess(busy.pid ?? 0);
  if (identity === undefined) throw new Error('it has no identity');
  using meter = new UsageMeter(identity);
  const seen = meter.look();
  busy.kill('SIGKILL');
  await once(busy, 'exit');
  t.ok(seen && seen.peakMemoryMiB > 1, JSON.stringify(seen));
  t.same(meter.look(), seen);
  using late = new UsageMeter(identity);
  t.equal(late.look(), undefined);
});
