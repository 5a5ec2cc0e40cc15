/**
 * The scheduler's own figures, through the command that prints them. 3 s by the clock are promised on
 * a host that does nothing else. Tests run beside each other, so here it is the processor's time, and a
 * third more of it, since a full host's caches and sibling threads stretch that too; the quicker of two
 * samples, since some other test may do so all through one of them.
 */

import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import type { ScheduleFigures } from '../../bench/schedule.js';
import { compiledRoot } from '../../harness/base/project-root.js';

t.test('10,000 cases: soon planned and run, in little memory, on a full host', async (t) => {
  const main = join(compiledRoot(), 'harness', 'cli', 'main.js');
  const { stdout } = await execa('node', [main, 'bench', 'schedule', '--samples', '2', '--json']);
  const { schedule } = JSON.parse(stdout) as { readonly schedule: ScheduleFigures };
  const text = JSON.stringify(schedule);
  t.equal(schedule.cases, 10_000);
  t.ok(schedule.cpuMs.min < 4_000, text);
  t.ok(schedule.peakMemoryMiB < 300, text);
  t.ok(schedule.utilisation.median >= 0.8 && schedule.utilisation.median <= 1, text);
});
