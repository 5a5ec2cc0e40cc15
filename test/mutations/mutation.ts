/**
 * A deliberate defect and the failure it must cause. Each suite has at least one: a suite that stays
 * green on its mutation proves nothing.
 */

import type { IgnitionFragment } from '../../harness/model/ignition.js';
import type { Phase } from '../../harness/model/outcome.js';
import type { Variant } from '../../images/reference/build-options.js';
import type { MadePartName } from '../../images/releases/made-parts.js';

/** What is changed: the image, what comes beside or after it, or the config that every role provisions. */
export type MutationChange =
  | { readonly kind: 'image'; readonly variant: Variant }
  /** The release of this name, which the suite updates to. */
  | { readonly kind: 'release'; readonly release: string; readonly variant: Omit<Variant, 'name'> }
  /** What is made of the reference system beside its disk. */
  | {
      readonly kind: 'part';
      readonly part: MadePartName;
      readonly variant: Omit<Variant, 'name'>;
    }
  | { readonly kind: 'config'; readonly apply: (config: IgnitionFragment) => IgnitionFragment };

/** How the failure must read. */
export interface ExpectedFailure {
  readonly phase: Phase;
  readonly code: string;
  /**
   * The title of the step that is about what is broken: a suite that is red in another one has caught
   * something else. Left out where the suite has no steps, or where it isn't plain which comes first.
   */
  readonly step?: string;
}

/** A defect, the suite that must catch it, and how the failure must read. */
export interface Mutation {
  /** `area/what-is-broken`. */
  readonly id: string;
  /** The id of the suite. */
  readonly suite: string;
  /** One sentence: what is broken, and what the suite then sees. */
  readonly describes: string;
  readonly change: MutationChange;
  readonly expect: ExpectedFailure;
}

/** What a suite's own assertion fails with. */
export const assertionFailed = { phase: 'suite', code: 'ASSERTION_FAILED' } as const;

/** The same in the step of this title. */
export function assertionFailedIn(step: string): ExpectedFailure {
  return { ...assertionFailed, step };
}

/** What `Machine.output` fails with. */
export const commandFailed = { phase: 'suite', code: 'COMMAND_FAILED' } as const;

/** A unit failed, which is seen in the journal or on the console before the suite looks. */
export const unitFailed = { phase: 'units', code: 'UNIT_FAILED' } as const;

/** Ignition says that it can't do what the config wants, which ends the boot. */
export const ignitionFailed = { phase: 'ignition', code: 'IGNITION_FAILED' } as const;
