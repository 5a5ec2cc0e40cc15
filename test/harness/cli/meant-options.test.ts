/**
 * Options of benchmarks: each either means something to the one that is asked for, or is refused.
 */

import t from 'tap';
import { runOptionsOf } from '../../../harness/cli/commands/bench-command.js';
import { requireMeant } from '../../../harness/cli/meant-options.js';

const given = (...names: string[]) => names.map((name) => ({ name, flag: `--${name}` }));

t.test('what a benchmark has no use for is refused', async (t) => {
  const fine: readonly [string, string[]][] = [
    ['boot', ['samples', 'json', 'image', 'runs']],
    ['network', ['check', 'fork']],
    ['gate', ['check', 'samples']],
    ['again', ['select', 'image', 'release']],
    ['record', ['runs']],
  ];
  for (const [name, names] of fine) t.doesNotThrow(() => requireMeant(name, given(...names)), name);
  const stray: readonly [string, string[]][] = [
    ['fork', ['image', 'select']],
    ['schedule', ['image']],
    ['butane', ['jobs']],
    ['boot', ['firmware']],
    ['network', ['jobs']],
    ['no-fork', ['fork']],
    ['again', ['memory']],
  ];
  for (const [name, names] of stray) {
    const message = `bench ${name}: --${names.at(-1)} means nothing to it; leave it out`;
    const expected = { code: 'BAD_ARGUMENT', kind: 'usage', message };
    t.throws(() => requireMeant(name, given(...names)), expected);
  }
});

t.test('benchmarks of whole commands hand on what they were told', async (t) => {
  t.same(runOptionsOf({ install: true }), []);
  const told = { image: 'a.img', accelerator: 'tcg', artifact: ['a=b', 'c=d'], release: ['n=1:p'] };
  t.same(runOptionsOf({ ...told, install: false, config: 'c.json' } as never), [
    ...['--image', 'a.img', '--accelerator', 'tcg', '--artifact', 'a=b', '--artifact', 'c=d'],
    ...['--release', 'n=1:p', '--config', 'c.json', '--no-install'],
  ]);
});
