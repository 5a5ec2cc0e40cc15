/**
 * `yard gate board`: the channels, and what keeps releases from them.
 */

import { renderBoard } from '../../../results/gate/board.js';
import { readBoard } from '../../../results/gate/read-board.js';
import { watchInterrupts } from '../interrupt.js';
import { type GateOptions, openGate } from '../open-gate.js';

/** Prints a line for each channel and release, or `{ schema, at, channels: […] }` with `--json`. */
export async function boardCommand(options: GateOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const context = await openGate(options, interrupt);
  const channels = await readBoard(context);
  const json = { schema: 1, at: context.now.toISOString(), channels };
  const text = options.json
    ? JSON.stringify(json, null, 2)
    : renderBoard(channels, context.now).join('\n');
  process.stdout.write(`${text}\n`);
}
