/**
 * `yard site`: the stored runs as static pages that a team can publish.
 */

import { join } from 'node:path';
import { openHistory } from '../../../results/history-database.js';
import { oneLine } from '../../../results/reporters/plain-text.js';
import { writeSite } from '../../../results/site/write-site.js';
import { projectRoot } from '../../base/project-root.js';
import { loadContract } from '../../select/contract.js';
import { runsRoot, type StoreOptions } from '../runs-root.js';

export interface SiteOptions extends StoreOptions {
  /** How many runs to show, and how many to report on. */
  readonly last?: number;
  readonly reports?: number;
}

/** Writes the site and prints the path of its index. */
export async function siteCommand(target: string, options: SiteOptions): Promise<void> {
  const root = await runsRoot(options);
  const contract = await loadContract(join(projectRoot(), 'suites', 'contract.tsv'));
  const history = await openHistory(root);
  try {
    for (const note of history.notes) process.stderr.write(`yard: ${oneLine(note)}\n`);
    const { last = 60, reports = 10 } = options;
    const index = await writeSite({
      history,
      runsRoot: root,
      target,
      contract: [...contract.values()],
      runs: last,
      reports,
    });
    process.stdout.write(`${index}\n`);
  } finally {
    history.database.close();
  }
}
