/**
 * The scheduler's own figures, through the command that prints them. Time is that of the processor,
 * since hosts are busy; a scheduler that looks at every case for every case would miss the limit.
 */

import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import type { ScheduleFigures } from '../../bench/schedule.js';
import { compiledRoot } from '../../harness/base/project-root.js';

t.test('10,000 cases: soon planned and run, in little memory, on a full host', async (t) => {
  const main = join(compiledRoot(), 'harness', 'cli', 'main.js');
  const { stdout } = await execa('node', [main, 'bench', 'schedule', '--samples', '1', '--json']);
  const { schedule } = JSON.parse(stdout) as { readonly schedule: ScheduleFigures };
  const text = JSON.stringify(schedule);
  t.equal(schedule.cases, 10_000);
  t.ok(schedule.cpuMs.median < 6_000, text);
  t.ok(schedule.peakMemoryMiB < 300, text);
  t.ok(schedule.utilisation.median >= 0.8 && schedule.utilisation.median <= 1, text);
});
