/** What an attempt is asked to do, and what it came to. */

import type { EventSink } from '../model/events.js';
import type { Image } from '../model/image.js';
import type { Case } from '../model/plan.js';
import type { Platform, ResourceUsage } from '../model/platform.js';
import type { Suite } from '../model/suite.js';
import type { AttemptEnd } from './attempt-cause.js';
import type { StarvedFor } from './timed-causes.js';

/** What all attempts of a run share. */
export interface ExecutionPlace {
  readonly image: Image;
  readonly platform: Platform;
  readonly events: EventSink;
  readonly runDirectory: string;
  /** Whether the disks of machines are kept when their case does not pass. Default false. */
  readonly keepDisks?: boolean | undefined;
  /** Whether machines have a screen, of which a picture is taken when their case fails. */
  readonly screens?: boolean | undefined;
  /** The run's; see ClusterRequest. */
  readonly seed?: number | undefined;
  /** The readings of a host that has starved its machines, see `load-history.ts`. */
  readonly starvedFor?: StarvedFor | undefined;
  /** Makes the directory of an attempt. Default: on the disk. */
  readonly makeDirectory?: ((path: string) => Promise<void>) | undefined;
}

/** What is executed, for which time. */
export interface AttemptRequest extends ExecutionPlace {
  readonly planned: Case;
  readonly suite: Suite;
  readonly attempt: number;
  /** Whether machines that boot are brought to where forks begin. Default: as the suite starts. */
  readonly atRest?: boolean | undefined;
  /** The run's: aborts the attempt, never its teardown. */
  readonly signal: AbortSignal;
}

/** What an attempt came to, and whether a machine of it may still live. */
export interface AttemptResult extends AttemptEnd {
  readonly usage?: ResourceUsage;
  readonly leaked: boolean;
}
