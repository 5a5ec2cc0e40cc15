/**
 * Where runs lie, for the commands that only read and remove them.
 */

import { defined } from '../base/errors.js';
import { loadSettings } from './settings.js';

/** The options that commands over stored runs have in common. */
export interface StoreOptions {
  readonly runs?: string;
  readonly config?: string;
}

/** The directory of `--runs`, of the config file, or `_runs`. Throws BAD_CONFIG (usage). */
export async function runsRoot({ runs, config }: StoreOptions): Promise<string> {
  return (await loadSettings(defined({ runs }), config)).runs;
}
