/**
 * The plan of a run, as its settings and the past of this host want it, and what the run adds to that past.
 */

import { randomInt } from 'node:crypto';
import { belongsToHistory } from '../../results/history.js';
import type { Image } from '../model/image.js';
import type { Budget, Plan, Shard } from '../model/plan.js';
import type { Platform } from '../model/platform.js';
import type { RunRecord } from '../model/record.js';
import type { Suite } from '../model/suite.js';
import { forecasterOf, type LearnOptions, learnCosts } from '../plan/learn-costs.js';
import { makePlan } from '../plan/make-plan.js';
import { whyOtherFirmware, withFirmware } from '../plan/with-firmware.js';
import { whyNotApplicable } from '../select/applicability.js';
import { costFile, keepCosts, readCosts } from './kept-costs.js';
import type { Settings } from './settings.js';

/** What is to be planned. */
export interface PlanRequest {
  readonly suites: readonly Suite[];
  readonly image: Image;
  readonly settings: Settings;
  /** How often each suite is to run. Default 1. */
  readonly repeatEach?: number | undefined;
  /** Which part of the plan is wanted. Default: the whole. */
  readonly shard?: Shard | undefined;
}

/** Where it is planned, and what is known there. */
export interface PlanPlace {
  readonly platform: Platform;
  /** Earlier runs, newest first. */
  readonly history: readonly RunRecord[];
  readonly budget: Budget;
}

/** The suites with the firmware of the run. */
export function suitesToRun({ suites, settings }: PlanRequest): readonly Suite[] {
  const { firmware } = settings;
  return firmware === undefined ? suites : suites.map((suite) => withFirmware(suite, firmware));
}

/** Plans by what earlier runs in this directory took, or else what others on this host did. */
export async function planRun(request: PlanRequest, place: PlanPlace): Promise<Plan> {
  const { image, settings, repeatEach, shard } = request;
  const { platform, history, budget } = place;
  const { name, capabilities, host } = platform;
  const like: LearnOptions = { accelerator: host.accelerator.name, fork: settings.fork };
  // Parts of one plan run one after the other on one host must not learn from each other.
  const whole = history.filter((record) => record.shard === undefined);
  return makePlan({
    suites: suitesToRun(request),
    image: image.descriptor,
    platform: { name, capabilities },
    seed: settings.seed ?? randomInt(2 ** 32),
    budget,
    repeatEach,
    shard,
    forecastOf: forecasterOf(learnCosts(history, like), await readCosts(costFile(like))),
    // What one host alone knows would cut the plan differently on each.
    shardForecastOf: forecasterOf(learnCosts(whole)),
    whyNot: (suite) =>
      whyLeftOut(suite, settings) ?? whyNotApplicable(suite, image.descriptor, capabilities),
  });
}

function whyLeftOut(suite: Suite, { firmware }: Settings): string | undefined {
  return firmware === undefined ? undefined : whyOtherFirmware(suite, firmware);
}

/** Keeps for later runs on this host what these took, newest first. */
export async function learnFrom(records: readonly RunRecord[], { fork }: Settings): Promise<void> {
  const [newest] = records;
  if (newest === undefined || !belongsToHistory(newest)) return;
  const like: LearnOptions = { accelerator: newest.host.accelerator.name, fork };
  await keepCosts(costFile(like), learnCosts(records, like));
}
