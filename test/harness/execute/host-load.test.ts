/**
 * Reading the kernel's figures, and none where a file or a field is missing.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { procGauge } from '../../../harness/execute/host-load.js';

const pressure = (some: number) =>
  `some avg10=9.00 avg60=1.00 avg300=1.00 total=${some}\nfull avg10=77.00 avg60=0.00 avg300=0.00 total=8\n`;

t.test('pressure and memory', async (t) => {
  const directory = t.testdir({
    meminfo: 'MemTotal:       16384000 kB\nMemFree:  1 kB\nMemAvailable:    2048512 kB\n',
    pressure: { cpu: pressure(1234), memory: pressure(0), io: pressure(99_000) },
    stat: 'cpu  100 0 50 800 50 0 0 0 30 0\ncpu0 1 2 3\nprocs_running 5\nprocs_blocked 0\n',
  });
  t.same(procGauge(directory).read(), {
    cpuStalledMs: 1.234,
    memoryStalledMs: 0,
    ioStalledMs: 99,
    cpuMs: { total: 10_000, busy: 1_500 },
    runnable: 4,
    memoryAvailableMiB: 2000,
    memoryTotalMiB: 16_000,
  });
});

t.test('a kernel without PSI', async (t) => {
  const directory = t.testdir({ meminfo: 'MemTotal: 1024 kB\n', pressure: { cpu: 'nonsense' } });
  t.same(procGauge(directory).read(), {
    cpuStalledMs: undefined,
    memoryStalledMs: undefined,
    ioStalledMs: undefined,
    memoryAvailableMiB: undefined,
    memoryTotalMiB: 1,
  });
});

t.test('how the quota of a container was used, by both versions of control groups', async (t) => {
  const use = { cpus: 2, periods: 90, throttled: 80, throttledMs: 1_500 };
  for (const [group, mount, files] of [
    [
      '0::/\n',
      'cgroup2 cgroup2 rw',
      {
        'cpu.max': '200000 100000\n',
        'cpu.stat': 'usage_usec 7\nnr_periods 90\nnr_throttled 80\nthrottled_usec 1500000\n',
      },
    ],
    [
      '3:cpu:/\n',
      'cgroup cgroup rw,cpu',
      {
        'cpu.cfs_quota_us': '200000\n',
        'cpu.cfs_period_us': '100000\n',
        'cpu.stat': 'nr_periods 90\nnr_throttled 80\nthrottled_time 1500000000\n',
      },
    ],
  ] as const) {
    const proc = t.testdir({ self: { cgroup: group, mountinfo: '' }, groups: files });
    const line = `30 22 0:26 / ${join(proc, 'groups')} rw - ${mount}\n`;
    await writeFile(join(proc, 'self', 'mountinfo'), line);
    t.same(procGauge(proc).read().quota, use, mount);
    await writeFile(join(proc, 'groups', 'cpu.stat'), 'usage_usec 7\n');
    t.equal(procGauge(proc).read().quota, undefined, 'a kernel that does not say');
  }
});
