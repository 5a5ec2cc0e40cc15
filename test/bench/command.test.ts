/**
 * The figures of commands and of many forks, as people read them.
 */

import t from 'tap';
import { renderAgainFigures, renderNoForkFigures } from '../../bench/command.js';
import { renderManyForksFigures } from '../../bench/many-forks.js';

const wallMs = { median: 3_900, min: 3_500, max: 4_200 };

t.test('each with median, minimum and maximum', async (t) => {
  const launcherMs = { median: 91.4, min: 80, max: 120 };
  const again = { selectors: ['a/b'], samples: 3, wallMs, launcherMs };
  t.equal(
    renderAgainFigures(again),
    './yard run a/b, again: prompt to verdict 3.9 s [3.5 to 4.2], 3 samples\n' +
      "  of it the launcher's  91 ms [80 to 120]\n",
  );
  const noForkMs = { median: 39_000, min: 38_000, max: 41_000 };
  const text = renderNoForkFigures({ ...again, noForkMs, ratio: 10 });
  t.match(text, 'with forks  3.9 s [3.5 to 4.2], 10.0 times faster');
  t.match(text, '--no-fork   39.0 s [38.0 to 41.0]');
});

t.test('memory of many forks', async (t) => {
  const spread = (median: number) => ({ median, min: median - 1.4, max: median + 1.4 });
  const text = renderManyForksFigures({
    ...{ forks: 16, samples: 2, allReadyMs: wallMs },
    ...{ pssMiB: spread(2_500), privateMiB: spread(1_600) },
  });
  t.match(text, '16 forks of one template at once, 2 samples');
  t.match(text, 'memory together  2500 MiB [2499 to 2501], shared pages once');
  t.match(text, 'of it private    1600 MiB [1599 to 1601]');
});
