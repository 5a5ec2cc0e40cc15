/**
 * `yard gate check` and `explain`: what the gate says of a release now, or said at another time.
 */

import type { GateVerdict } from '../../../results/gate/evaluate.js';
import { exitCodeOfVerdict } from '../../../results/gate/exit-code-of-verdict.js';
import { explainVerdict } from '../../../results/gate/explain.js';
import { check } from '../../../results/gate/promote.js';
import { UsageError } from '../../base/errors.js';
import { watchInterrupts } from '../interrupt.js';
import { type GateOptions, openGate, parseTime } from '../open-gate.js';

/** What the user asked about. */
export interface JudgeOptions extends GateOptions {
  readonly to: string;
  readonly at?: string;
}

/** Prints every rule; returns the exit status. Throws CLOCK_CHOSEN (usage) for `--at` with a key. */
export async function checkCommand(version: string, options: JudgeOptions): Promise<number> {
  if (options.at !== undefined && options.key !== undefined) {
    const next = 'leave out --at, or ask without --key';
    throw new UsageError('CLOCK_CHOSEN', `what is signed is judged at the time of now; ${next}`);
  }
  return await judge(version, options, false);
}

/** Prints every rule with all of its findings; returns the exit status. */
export async function explainCommand(version: string, options: JudgeOptions): Promise<number> {
  return await judge(version, options, true);
}

async function judge(version: string, options: JudgeOptions, all: boolean): Promise<number> {
  using interrupt = watchInterrupts();
  const { signal } = interrupt;
  const at = options.at === undefined ? {} : { now: parseTime(options.at) };
  const context = await openGate(options, { signal, ...at });
  const verdict = await check({ version, to: options.to }, context);
  printVerdict(verdict, { json: options.json ?? false, all });
  return exitCodeOfVerdict(verdict);
}

/** As one JSON object, or in words. */
export function printVerdict(
  verdict: GateVerdict,
  { json, all }: { readonly json: boolean; readonly all: boolean },
): void {
  const text = json
    ? JSON.stringify(verdict, null, 2)
    : explainVerdict(verdict, { all }).join('\n');
  process.stdout.write(`${text}\n`);
}
