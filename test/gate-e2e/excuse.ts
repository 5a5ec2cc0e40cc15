/**
 * What the gate's explanation says of a suite that failed, held against the run that it points to.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { signatureOf } from '../../results/failure-signature.js';
import { readRecord } from '../../results/record-file.js';

/** All of it as text; `nothing` where it is not told. */
export interface Excuse {
  /** The version that it is bad since. */
  readonly firstBad: string;
  readonly signature: string;
  /** The suite of the case that the report is open at; only where the report is there. */
  readonly suite: string;
  /** The signature of that case's failure in the run's own record. */
  readonly recorded: string;
}

const none: Excuse = { firstBad: 'nothing', signature: 'nothing', suite: '', recorded: '' };

/** Of `yard gate explain`, the first finding about this suite; `runs` is the directory of the runs. */
export async function readExcuse(explained: string, suite: string, runs: string): Promise<Excuse> {
  const lines = explained.split('\n');
  const at = lines.findIndex(
    (line) => line.includes(`${suite} on `) && line.includes(': expected'),
  );
  const told = at < 0 ? '' : lines.slice(at + 1, at + 3).join('\n');
  const [, firstBad = none.firstBad] = /first bad in ([^;\s]+)/.exec(told) ?? [];
  const [, signature = none.signature] = /signature ([0-9a-f]{12})$/m.exec(told) ?? [];
  const [, run = '', index] = /see (\S+)\/report\.html#\/case\/(\d+)$/m.exec(told) ?? [];
  const seen = await caseIn(join(runs, run), Number(index));
  return { firstBad, signature, ...seen };
}

async function caseIn(run: string, index: number): Promise<Pick<Excuse, 'suite' | 'recorded'>> {
  if (!existsSync(join(run, 'report.html'))) return { suite: none.suite, recorded: none.recorded };
  const { cases } = await readRecord(run);
  const one = cases[index];
  const failed = one?.attempts.find(({ outcome }) => outcome === 'failed');
  return { suite: one?.suite ?? '', recorded: (failed && signatureOf(failed)?.id) ?? '' };
}
