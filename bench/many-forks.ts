/**
 * Forks of one template that are alive at once: how long until all of them answer, and what memory
 * they take together, shared pages counted once.
 */

import { type ForkBenchOptions, type HerdFigures, herd } from './fork.js';
import { formatSeconds, type Spread, spreadOf } from './statistics.js';

/** Times in milliseconds, memory in MiB of all forks together. */
export interface ManyForksFigures {
  readonly forks: number;
  readonly samples: number;
  readonly allReadyMs: Spread;
  /** Each page divided among those who map it (proc(5), Pss): the template's own pages once. */
  readonly pssMiB: Spread;
  /** Pages that a fork has written to. */
  readonly privateMiB: Spread;
}

/** Throws what the platform throws. */
export async function benchManyForks(options: ForkBenchOptions): Promise<ManyForksFigures> {
  const herds: HerdFigures[] = [];
  for (let n = 1; n <= options.samples; n++) herds.push(await herd(options, `many-${n}`));
  const [first] = herds;
  const spread = (of: (one: HerdFigures) => number) => spreadOf(herds.map(of)) as Spread;
  if (first === undefined) throw new RangeError('give at least one sample');
  return {
    forks: first.forks,
    samples: herds.length,
    allReadyMs: spread(({ allReadyMs }) => allReadyMs),
    pssMiB: spread(({ pssMiB }) => pssMiB),
    privateMiB: spread(({ privateMiB }) => privateMiB),
  };
}

/** Each with median, minimum and maximum. */
export function renderManyForksFigures(figures: ManyForksFigures): string {
  const { forks, samples, allReadyMs, pssMiB, privateMiB } = figures;
  const mib = ({ median, min, max }: Spread) => {
    return `${Math.round(median)} MiB [${Math.round(min)} to ${Math.round(max)}]`;
  };
  return [
    `${forks} forks of one template at once, ${samples} samples`,
    `  all ready after  ${formatSeconds(allReadyMs)}`,
    `  memory together  ${mib(pssMiB)}, shared pages once`,
    `  of it private    ${mib(privateMiB)}`,
    '',
  ].join('\n');
}
