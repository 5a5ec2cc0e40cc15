/**
 * The scheduler's own figures, through the command that prints them. The limit on time leaves room
 * for a busy host; a scheduler that looks at every case for every case would still miss it.
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
  t.ok(schedule.totalMs.median < 10_000, text);
  t.ok(schedule.peakMemoryMiB < 300, text);
  t.ok(schedule.utilisation.median >= 0.8 && schedule.utilisation.median <= 1, text);
});
