/**
 * `yard site`: the stored runs as static pages that a team can publish.
 */

import { readBoard } from '../../../results/gate/read-board.js';
import { openHistory } from '../../../results/history-database.js';
import { oneLine } from '../../../results/reporters/plain-text.js';
import type { Board } from '../../../results/site/board-section.js';
import { writeSite } from '../../../results/site/write-site.js';
import { claimedContract } from '../claimed-contract.js';
import { watchInterrupts } from '../interrupt.js';
import { openGate } from '../open-gate.js';
import { runsRoot, type StoreOptions } from '../runs-root.js';

export interface SiteOptions extends StoreOptions {
  /** How many runs to show, and how many to report on. */
  readonly last?: number;
  readonly reports?: number;
  /** A gate's directory, and its channels if they are elsewhere. */
  readonly gate?: string;
  readonly channels?: string;
}

/** Writes the site and prints the path of its index. */
export async function siteCommand(target: string, options: SiteOptions): Promise<void> {
  const root = await runsRoot(options);
  const board = await boardOf(options);
  const contract = await claimedContract();
  const history = await openHistory(root);
  try {
    const { last = 60, reports = 10 } = options;
    const { index, notes } = await writeSite({
      history,
      runsRoot: root,
      target,
      contract,
      runs: last,
      reports,
      ...(board && { board }),
    });
    for (const note of [...history.notes, ...notes]) {
      process.stderr.write(`yard: ${oneLine(note)}\n`);
    }
    process.stdout.write(`${index}\n`);
  } finally {
    history.database.close();
  }
}

async function boardOf({ gate, channels }: SiteOptions): Promise<Board | undefined> {
  if (gate === undefined) return undefined;
  using interrupt = watchInterrupts();
  const options = { directory: gate, ...(channels !== undefined && { channels }) };
  const context = await openGate(options, interrupt);
  return { channels: await readBoard(context), at: context.now };
}
