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

/** A defect, the suite that must catch it, and how the failure must read. */
export interface Mutation {
  /** `area/what-is-broken`. */
  readonly id: string;
  /** The id of the suite. */
  readonly suite: string;
  /** One sentence: what is broken, and what the suite then sees. */
  readonly describes: string;
  readonly change: MutationChange;
  readonly expect: { readonly phase: Phase; readonly code: string };
}

/** What a suite's own assertion fails with. */
export const assertionFailed = { phase: 'suite', code: 'ASSERTION_FAILED' } as const;

/** What `Machine.output` fails with. */
export const commandFailed = { phase: 'suite', code: 'COMMAND_FAILED' } as const;

/** A unit failed, which is seen in the journal or on the console before the suite looks. */
export const unitFailed = { phase: 'units', code: 'UNIT_FAILED' } as const;
