/**
 * Runs suites on what is broken on purpose and says which noticed. Knows no platform: how a case is
 * run and how an image is made is handed in.
 */

import pLimit from 'p-limit';
import type { Image } from '../../harness/model/image.js';
import type { CaseStatus, Failure, Phase } from '../../harness/model/outcome.js';
import type { CaseRecord } from '../../harness/model/record.js';
import type { Suite } from '../../harness/model/suite.js';
import type { Variant } from '../../images/reference/build-options.js';
import type { MadePartName } from '../../images/releases/made-parts.js';
import { mutatedSuite } from './mutated-suite.js';
import type { ExpectedFailure, Mutation } from './mutation.js';

/** What a mutation came to. */
export interface MutationRow {
  readonly mutation: string;
  readonly suite: string;
  readonly expected: ExpectedFailure;
  /** `status` alone when there was no failure; `excluded` when the suite could not run at all. */
  readonly seen: {
    readonly status: CaseStatus;
    readonly phase?: Phase;
    readonly code?: string;
    /** The steps that were open, outermost first; none where it failed outside of any. */
    readonly steps?: readonly string[];
  };
  readonly message: string;
  readonly caught: boolean;
  readonly durationMs: number;
}

/** What a case may occupy: one of `jobs` parts, or everything, while nothing else runs. */
export type Room = 'part' | 'whole';

/** What to run, and how. */
export interface MutationRun {
  readonly mutations: readonly Mutation[];
  readonly suites: readonly Suite[];
  readonly baseImage: Image;
  readonly makeVariant: (variant: Variant) => Promise<Image>;
  /** The image with a release after it that is made of this. */
  readonly withRelease: (name: string, variant: Omit<Variant, 'name'>) => Promise<Image>;
  /** The image with what comes beside its disk made of this. */
  readonly withPart: (part: MadePartName, variant: Omit<Variant, 'name'>) => Promise<Image>;
  /** Undefined when the suite was excluded on this image. */
  readonly runCase: (suite: Suite, image: Image, room: Room) => Promise<CaseRecord | undefined>;
  /** Whether its machines fit into one of `jobs` parts of what all may occupy. */
  readonly fits: (suite: Suite) => boolean;
  /** How many at once. */
  readonly jobs: number;
  readonly onRow: (row: MutationRow) => void;
  readonly signal: AbortSignal;
}

/**
 * As many at once as the run allows, then those that need more than their part, one after the other; the rows
 * are in the mutations' order.
 */
export async function runMutations(run: MutationRun): Promise<readonly MutationRow[]> {
  const rows = new Map<Mutation, MutationRow>();
  const roomOf = (mutation: Mutation): Room =>
    run.fits(suiteOf(mutation, run)) ? 'part' : 'whole';
  for (const [room, jobs] of [
    ['part', run.jobs],
    ['whole', 1],
  ] as const) {
    const limit = pLimit(jobs);
    const one = async (mutation: Mutation) => {
      run.signal.throwIfAborted();
      const row = await runMutation(mutation, run, room);
      run.onRow(row);
      rows.set(mutation, row);
    };
    const chosen = run.mutations.filter((mutation) => roomOf(mutation) === room);
    const ends = await Promise.allSettled(chosen.map((mutation) => limit(one, mutation)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
  return run.mutations.flatMap((mutation) => rows.get(mutation) ?? []);
}

function suiteOf(mutation: Mutation, { suites }: MutationRun): Suite {
  const suite = suites.find(({ id }) => id === mutation.suite);
  if (suite === undefined) throw new Error(`${mutation.id} names ${mutation.suite}, no suite`);
  return suite;
}

async function runMutation(mutation: Mutation, run: MutationRun, room: Room): Promise<MutationRow> {
  const suite = suiteOf(mutation, run);
  const startedMs = performance.now();
  const image = await brokenImage(mutation, run);
  const record = await run.runCase(mutatedSuite(suite, mutation), image, room);
  return rowOf(mutation, record, Math.round(performance.now() - startedMs));
}

async function brokenImage({ change }: Mutation, run: MutationRun): Promise<Image> {
  if (change.kind === 'image') return await run.makeVariant(change.variant);
  if (change.kind === 'release') return await run.withRelease(change.release, change.variant);
  if (change.kind === 'part') return await run.withPart(change.part, change.variant);
  return run.baseImage;
}

/**
 * Caught means failed, in the expected phase, with the expected code, and in the expected step where one is
 * named: an error proves nothing.
 */
export function rowOf(
  { id, suite, expect }: Mutation,
  record: CaseRecord | undefined,
  durationMs: number,
): MutationRow {
  const failure = record?.attempts.at(-1)?.failure;
  const status = record?.status ?? 'excluded';
  const seen = { status, ...(failure && placeOf(failure)) };
  const caught = status === 'failed' && failure !== undefined && isExpected(failure, expect);
  const message = failure?.message ?? '';
  return { mutation: id, suite, expected: expect, seen, message, caught, durationMs };
}

function placeOf({ phase, code, steps = [] }: Failure): Omit<MutationRow['seen'], 'status'> {
  return { phase, code, steps };
}

function isExpected({ phase, code, steps = [] }: Failure, expected: ExpectedFailure): boolean {
  const isThere = expected.step === undefined || steps.includes(expected.step);
  return phase === expected.phase && code === expected.code && isThere;
}
