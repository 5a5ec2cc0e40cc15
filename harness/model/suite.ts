/**
 * What a suite is: data about itself plus one function over machines.
 */

import type { Arch, Channel, Image, ImageExtra } from './image.js';
import type { Machine } from './machine.js';
import type { ClusterNetwork } from './network.js';
import type { Topology } from './topology.js';
import type { UpdateRelease } from './updates.js';

/** When a suite makes sense. What does not hold excludes the suite, with the reason. */
export interface Applicability {
  readonly channels?: readonly Channel[];
  readonly arches?: readonly Arch[];
  /** Capabilities of the image or the platform; all must be there. */
  readonly needs?: readonly string[];
  /** Lowest `VERSION_ID`, inclusive, for images whose `ID` is `flatcar`. */
  readonly minVersion?: string;
  /** First `VERSION_ID` that is out of range, for images whose `ID` is `flatcar`. */
  readonly endVersion?: string;
}

/** Deadlines in milliseconds on a host of speed 1, scaled like every `timeoutMs` (machine.ts). */
export interface SuiteLimits {
  readonly bootMs: number;
  readonly runMs: number;
  readonly teardownMs: number;
}

/** The limits of a suite that names none. */
export const defaultLimits: SuiteLimits = { bootMs: 300_000, runMs: 180_000, teardownMs: 30_000 };

/** A pattern of console or journal that this suite provokes on purpose, by its catalogue name. */
export interface ExpectedPattern {
  readonly pattern: string;
  readonly reason: string;
}

/** How a suite's machines come up; design: Scheduling. */
export type StartMode = 'fork' | 'first-boot' | 'cold';

/** What a suite's `run` is handed. */
export interface SuiteContext {
  readonly image: Image;
  /** Aborted when the attempt must end: its limit, a fatal console line, an interrupt. */
  readonly signal: AbortSignal;
  readonly machines: readonly Machine[];
  /** What the machines' segments are, and what may go wrong on them. Throws SUITE_BUG without any. */
  readonly network: ClusterNetwork;
  /** The machine of a role; without arguments the only machine there is. */
  machine(role?: string, index?: number): Machine;
  /** Runs `body` as a titled section of the record; its error carries the title. */
  step<T>(title: string, body: () => Promise<T>): Promise<T>;
  /** Keeps a file beside the record of this attempt. */
  attach(name: string, contents: string | Uint8Array): Promise<void>;
  /** Ends the attempt as skipped. Only for what can be known in the guest alone. */
  skip(reason: string): never;
  /** A file that belongs to the image, with its path on the host. Throws EXTRA_MISSING. */
  extra(name: string): ImageExtra & { readonly path: string };
  /** A release that follows the image, for suites that need `release:NAME`. Throws RELEASE_MISSING. */
  release(name: string): UpdateRelease;
}

export interface Suite {
  /** `area/name`, equal to the file's path under `suites/`. */
  readonly id: string;
  readonly summary: string;
  /** Who answers for it. */
  readonly owner: string;
  /** Rows of the contract that it proves. */
  readonly claims: readonly string[];
  readonly tags: readonly string[];
  readonly applies: Applicability;
  readonly topology: Topology;
  readonly start: StartMode;
  readonly limits: SuiteLimits;
  /** Named resources of the host that no two running cases may share. */
  readonly locks: readonly string[];
  readonly expects: readonly ExpectedPattern[];
  run(context: SuiteContext): Promise<void>;
}

type Optional = 'owner' | 'tags' | 'applies' | 'start' | 'limits' | 'locks' | 'expects';

/** What a suite file states; the rest has defaults. */
export type SuiteDefinition = Omit<Suite, Optional | 'limits'> &
  Partial<Omit<Pick<Suite, Optional>, 'limits'>> & { readonly limits?: Partial<SuiteLimits> };

/** Fills in the defaults of a suite. The only thing a suite file default-exports. */
export function defineSuite(definition: SuiteDefinition): Suite {
  return {
    owner: 'switchyard',
    tags: [],
    applies: {},
    start: 'fork',
    locks: [],
    expects: [],
    ...definition,
    limits: { ...defaultLimits, ...definition.limits },
  };
}
