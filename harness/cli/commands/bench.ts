/**
 * `yard bench`: measures on this host and prints the figures.
 */

import { benchBoot, renderBootFigures } from '../../../bench/boot.js';
import { Cleanup } from '../../base/cleanup.js';
import { stderrLogger } from '../../base/logger.js';
import { createRunDirectory } from '../../base/run-dir.js';
import { openForRun } from '../image.js';
import { watchInterrupts } from '../interrupt.js';
import { openPlatform } from '../open-platform.js';
import { type MachineOptions, toSettings } from '../options.js';
import { prepareHost } from '../prepare-host.js';

/** What the user said to `yard bench`. */
export interface BenchOptions extends MachineOptions {
  readonly samples?: number;
  readonly json?: boolean;
}

/** Prints a table, or `{ schema, boot: […] }` with `--json`, times in milliseconds. */
export async function benchCommand(options: BenchOptions): Promise<void> {
  using interrupt = watchInterrupts();
  const { signal } = interrupt;
  const settings = await toSettings(options);
  const logger = stderrLogger('normal');
  await prepareHost({ settings, logger, signal, mayInstall: options.install });
  const image = await openForRun({ settings, logger, signal });
  const directory = await createRunDirectory(settings.runs);
  await using cleanup = new Cleanup();
  const platform = await openPlatform({ settings, logger, signal }, directory);
  cleanup.own('platform', platform);
  const samples = options.samples ?? 3;
  const boot = await benchBoot({ image, platform, directory: directory.path, samples, signal });
  const json = { schema: 1, host: platform.host, boot };
  process.stdout.write(
    options.json ? `${JSON.stringify(json, null, 2)}\n` : renderBootFigures(boot),
  );
}
