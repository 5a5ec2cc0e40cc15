/**
 * `yard bench`: measures on this host and prints the figures.
 */

import {
  type BootBenchOptions,
  benchBoot,
  imageFigures,
  renderBootFigures,
  renderImageFigures,
} from '../../../bench/boot.js';
import { benchFork, renderForkFigures } from '../../../bench/fork.js';
import { benchManyForks, renderManyForksFigures } from '../../../bench/many-forks.js';
import { benchNetwork, networkShortfalls, renderNetworkFigures } from '../../../bench/network.js';
import { Cleanup } from '../../base/cleanup.js';
import { stderrLogger } from '../../base/logger.js';
import {
  cacheDirectory,
  makeRunDirectory,
  nameRunDirectory,
  removeTree,
} from '../../base/run-dir.js';
import { openForRun } from '../image.js';
import { watchInterrupts } from '../interrupt.js';
import { openPlatform, stateDirectory } from '../open-platform.js';
import { type MachineOptions, toSettings } from '../options.js';
import { prepareHost } from '../prepare-host.js';

/** What the user said to `yard bench`. */
export interface BenchOptions extends MachineOptions {
  readonly samples?: number;
  readonly json?: boolean;
  /** Whether figures beyond their bounds are a failure; of `network` and `gate`. */
  readonly check?: boolean;
  /** What is run, where suites are. */
  readonly select?: string[];
}

/** What can be measured. */
export const benchNames = ['boot', 'fork', 'many-forks', 'network'] as const;

const measures = {
  boot: measureBoot,
  fork: measureFork,
  'many-forks': measureManyForks,
  network: measureNetwork,
};

/** The figures as one JSON object, and as a table. */
interface Figures {
  readonly json: object;
  readonly table: string;
  /** What is beyond its bounds; undefined where there are none. */
  readonly shortfalls?: readonly string[];
}

/**
 * Prints a table, or with `--json` one object: `{ schema, host, boot: […], image: {…} }`, or `{ schema, host,
 * ratio, … }` for `fork`, `{ schema, host, throughputRatio, latencyRatio, … }` for `network`. Times are in milliseconds.
 * Returns the exit code: 1 where `--check` found figures beyond their bounds.
 */
export async function benchCommand(
  name: (typeof benchNames)[number],
  options: BenchOptions,
): Promise<number> {
  using interrupt = watchInterrupts();
  const { signal } = interrupt;
  const settings = await toSettings(options);
  const logger = stderrLogger('normal');
  await prepareHost({ settings, logger, signal, mayInstall: options.install });
  const image = await openForRun({ settings, logger, signal });
  const directory = nameRunDirectory(settings.runs);
  await using cleanup = new Cleanup();
  // What is measured has no record: a directory that stayed would be a run of which nothing is known.
  cleanup.add('run directory', async () => await removeTree(directory.path));
  const platform = await openPlatform({ settings, logger, signal }, directory);
  cleanup.own('platform', platform);
  await makeRunDirectory(directory);
  const samples = options.samples ?? 3;
  const common = { image, platform, directory: directory.path, samples, signal };
  const { json, table, shortfalls = [] } = await measures[name](common);
  const whole = { schema: 1, host: platform.host, ...json };
  process.stdout.write(options.json ? `${JSON.stringify(whole, null, 2)}\n` : table);
  if (!options.check) return 0;
  for (const shortfall of shortfalls) process.stderr.write(`yard: ${shortfall}\n`);
  return shortfalls.length > 0 ? 1 : 0;
}

async function measureBoot(options: BootBenchOptions): Promise<Figures> {
  const boot = await benchBoot(options);
  const image = await imageFigures(options.image, cacheDirectory());
  return { json: { boot, image }, table: renderImageFigures(image) + renderBootFigures(boot) };
}

async function measureFork(options: BootBenchOptions): Promise<Figures> {
  const figures = await benchFork({ ...options, stateDirectory: stateDirectory() });
  return { json: figures, table: renderForkFigures(figures) };
}

async function measureManyForks(options: BootBenchOptions): Promise<Figures> {
  const figures = await benchManyForks({ ...options, stateDirectory: stateDirectory() });
  return { json: figures, table: renderManyForksFigures(figures) };
}

async function measureNetwork(options: BootBenchOptions): Promise<Figures> {
  const figures = await benchNetwork(options);
  const shortfalls = networkShortfalls(figures);
  return { json: figures, table: renderNetworkFigures(figures), shortfalls };
}
