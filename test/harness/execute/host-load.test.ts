/**
 * Reading the kernel's figures, and none where a file or a field is missing.
 */

import t from 'tap';
import { procGauge } from '../../../harness/execute/host-load.js';

const pressure = (some: string) =>
  `some avg10=${some} avg60=1.00 avg300=1.00 total=5\nfull avg10=77.00 avg60=0.00 avg300=0.00 total=0\n`;

t.test('pressure and memory', async (t) => {
  const directory = t.testdir({
    meminfo: 'MemTotal:       16384000 kB\nMemFree:  1 kB\nMemAvailable:    2048512 kB\n',
    pressure: { cpu: pressure('12.34'), memory: pressure('0.00') },
  });
  t.same(procGauge(directory).read(), {
    cpuPressure: 12.34,
    memoryPressure: 0,
    memoryAvailableMiB: 2000,
    memoryTotalMiB: 16_000,
  });
});

t.test('a kernel without PSI', async (t) => {
  const directory = t.testdir({ meminfo: 'MemTotal: 1024 kB\n', pressure: { cpu: 'nonsense' } });
  t.same(procGauge(directory).read(), {
    cpuPressure: undefined,
    memoryPressure: undefined,
    memoryAvailableMiB: undefined,
    memoryTotalMiB: 1,
  });
});
