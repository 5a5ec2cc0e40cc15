/**
 * An image, suites and plans for tests that boot nothing.
 */

import type { LoggedEvent, RunEvent } from '../../harness/model/events.js';
import type { Image, ImageDescriptor } from '../../harness/model/image.js';
import type { Plan } from '../../harness/model/plan.js';
import { defineSuite, type Suite, type SuiteDefinition } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { makePlan } from '../../harness/plan/make-plan.js';

/** A descriptor of an image that exists nowhere. */
export function fakeDescriptor(overrides: Partial<ImageDescriptor> = {}): ImageDescriptor {
  return {
    schema: 1,
    name: 'fake-amd64',
    osName: 'Fake',
    osId: 'fake',
    channel: 'alpha',
    version: '1.0.0',
    arch: 'amd64',
    board: 'amd64-usr',
    disk: { file: 'x', sizeBytes: 1, sha256: '0'.repeat(64), format: 'raw', virtualBytes: 1 },
    firmware: ['bios'],
    capabilities: [],
    extras: [],
    packages: [],
    origin: 'test',
    ...overrides,
  };
}

/** The same in a directory. */
export function fakeImage(overrides: Partial<ImageDescriptor> = {}): Image {
  return { directory: '/nonexistent', descriptor: fakeDescriptor(overrides) };
}

/** A suite that does nothing unless told otherwise. */
export function fakeSuite(id: string, overrides: Partial<SuiteDefinition> = {}): Suite {
  return defineSuite({
    id,
    summary: `what ${id} promises`,
    claims: ['B01'],
    topology: singleMachine(),
    run: async () => undefined,
    ...overrides,
  });
}

/** A plan of all the suites on the fake image. */
export function fakePlan(suites: readonly Suite[], seed = 1, repeatEach = 1): Plan {
  const platform = { name: 'fake', capabilities: [] };
  const budget = { memoryMiB: 65_536, vcpus: 64 };
  const image = fakeDescriptor();
  const whyNot = () => undefined;
  return makePlan({ suites, image, platform, seed, budget, whyNot, repeatEach });
}

/** An event sink that keeps what it is given, as the log would number it. */
export class EventList {
  readonly events: LoggedEvent[] = [];

  append(event: RunEvent): void {
    this.events.push({ ...event, seq: this.events.length, at: '2026-01-01T00:00:00.000Z' });
  }

  /** The events of one kind, in order. */
  of<Kind extends RunEvent['kind']>(kind: Kind): Extract<LoggedEvent, { kind: Kind }>[] {
    return this.events.filter((e): e is Extract<LoggedEvent, { kind: Kind }> => e.kind === kind);
  }
}
