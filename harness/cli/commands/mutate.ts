/**
 * `yard mutate`: runs suites against images and configs that are broken on purpose, and shows which
 * suites noticed. A mutation that nobody catches is a suite that proves nothing.
 */

import { cpus } from 'node:os';
import { buildReferenceImage } from '../../../images/reference/build-reference-image.js';
import { buildPart } from '../../../images/releases/build-part.js';
import { buildRelease, requireRecipe } from '../../../images/releases/build-release.js';
import { changedRecipe } from '../../../images/releases/recipes.js';
import { qemuCapabilities } from '../../../platforms/qemu/capabilities.js';
import { mutations } from '../../../test/mutations/all.js';
import { renderMutation, renderTotals } from '../../../test/mutations/render-mutations.js';
import {
  type MutationRun,
  type Room,
  runMutations,
} from '../../../test/mutations/run-mutations.js';
import {
  sampleMutations,
  selectMutations,
  splitMutations,
} from '../../../test/mutations/select-mutations.js';
import { systemClock } from '../../base/clock.js';
import { availableProcessors } from '../../base/cpu-quota.js';
import { stderrLogger } from '../../base/logger.js';
import { cacheDirectory } from '../../base/run-dir.js';
import { procGauge } from '../../execute/host-load.js';
import type { Budget } from '../../model/plan.js';
import type { Suite } from '../../model/suite.js';
import { costOfTopology } from '../../model/topology.js';
import { whyTooLarge } from '../../plan/make-plan.js';
import { whyNotApplicable } from '../../select/applicability.js';
import { withExtras } from '../extend-image.js';
import { openForRun } from '../image.js';
import { watchInterrupts } from '../interrupt.js';
import { withPartNames } from '../made-parts.js';
import { type MachineOptions, toSettings } from '../options.js';
import { prepareHost } from '../prepare-host.js';
import { withReleaseNames } from '../releases.js';
import { requireConfigs } from '../require-configs.js';
import { runSuites } from '../run-suites.js';
import { budgetOf, partOf, type Settings } from '../settings.js';
import { SharedThrottle } from '../shared-throttle.js';
import { loadSelectedSuites } from './list.js';

/** What the user said to `yard mutate`. */
export interface MutateOptions extends MachineOptions {
  readonly sample?: number;
  readonly json?: boolean;
}

/** Exit status 0 when every mutation was caught, else 1. */
export async function mutateCommand(
  globs: readonly string[],
  options: MutateOptions,
): Promise<number> {
  using interrupt = watchInterrupts();
  const settings = await toSettings(options);
  const suites = await loadSelectedSuites([]);
  const selected = selectMutations(mutations, globs);
  requireConfigs(suites.filter(({ id }) => selected.some(({ suite }) => suite === id)));
  const seed = settings.seed ?? 0;
  const tools = await openTools(settings, options, interrupt.signal);
  const capabilities = await qemuCapabilities();
  const whyNot = (suite: Suite) =>
    whyNotApplicable(suite, tools.baseImage.descriptor, capabilities);
  const { possible, excluded } = splitMutations(selected, suites, whyNot);
  for (const line of excluded) process.stderr.write(`${line}\n`);
  const count = options.sample ?? possible.length;
  const chosen = sampleMutations(possible, { count, seed });
  const rows = await runMutations({ ...tools, mutations: chosen, suites });
  if (options.json) process.stdout.write(`${JSON.stringify({ schema: 1, rows }, null, 2)}\n`);
  else process.stdout.write(`\n${renderTotals(rows)}\n`);
  return rows.every(({ caught }) => caught) ? 0 : 1;
}

async function openTools(
  settings: Settings,
  options: MutateOptions,
  signal: AbortSignal,
): Promise<Omit<MutationRun, 'mutations' | 'suites'>> {
  const logger = stderrLogger('normal');
  await prepareHost({ settings, logger, signal, mayInstall: options.install, builds: true });
  const { mirror } = settings;
  const log = (line: string) => logger.info(line);
  const build = { cacheDir: cacheDirectory(), signal, log, ...(mirror ? { mirror } : {}) };
  const baseImage = await openForRun({ settings, logger, signal });
  // Most suites have one machine of two processors.
  const jobs = settings.jobs ?? Math.max(1, Math.floor(availableProcessors() / 2));
  const whole = budgetOf(settings);
  const budgets: Record<Room, Budget> = { part: partOf(whole, jobs), whole };
  const host = { gauge: procGauge(), clock: systemClock, cpus: cpus().length };
  const throttle = new SharedThrottle(host);
  return {
    baseImage,
    withRelease: async (name, variant) => {
      const release = await buildRelease(name, build, changedRecipe(requireRecipe(name), variant));
      return { ...baseImage, releases: new Map([[name, release]]) };
    },
    makeVariant: async (variant) =>
      withPartNames(withReleaseNames(await buildReferenceImage({ ...build, variant }))),
    withPart: async (part, variant) => {
      const changed = { ...build, variant: { name: 'standard', ...variant } };
      return withExtras(baseImage, await buildPart(part, changed));
    },
    runCase: async (suite, image, room) => {
      const shared = { budget: budgets[room], throttle: throttle.share() };
      const request = { suites: [suite], image, settings, logger, signal, ...shared };
      return (await runSuites(request)).record.cases[0];
    },
    fits: ({ topology }) => whyTooLarge(costOfTopology(topology), budgets.part) === undefined,
    jobs,
    onRow: (row) => {
      if (!options.json) process.stdout.write(`${renderMutation(row)}\n`);
    },
    signal,
  };
}
