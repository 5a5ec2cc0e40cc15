/**
 * Validators of the shapes that events and records share. They mirror `harness/model`, and accept
 * keys they do not know, so that a log of a later minor version can still be read.
 */

import { z } from 'zod';
import {
  type CaseId,
  type ClaimId,
  parseClaimId,
  parseRunId,
  parseSuiteId,
  type RunId,
  type SuiteId,
} from '../harness/model/ids.js';

function branded<Id extends string>(what: string, parse: (text: string) => string | undefined) {
  const valid = (value: unknown) => typeof value === 'string' && parse(value) !== undefined;
  return z.custom<Id>(valid, `not a ${what}`).meta({ type: 'string', description: what });
}

/** Ids, checked by the parsers of the model. */
export const suiteId = branded<SuiteId>('suite id', parseSuiteId);
/** The name of a run. */
export const runId = branded<RunId>('run id', parseRunId);
/** Case ids are opaque once made. */
export const caseId = branded<CaseId>('case id', (text) => text || undefined);
const claimId = branded<ClaimId>('claim id', parseClaimId);

/** How an attempt may end. */
export const outcome = z.enum(['passed', 'failed', 'errored', 'skipped', 'cancelled']);

/** The part of a machine's life. */
export const phase = z.enum([
  'host',
  'qemu',
  'firmware',
  'bootloader',
  'kernel',
  'initrd',
  'ignition',
  'units',
  'ssh',
  'suite',
  'teardown',
]);

/** Why an attempt did not pass. */
export const failure = z.looseObject({
  code: z.string(),
  kind: z.enum(['usage', 'product', 'infrastructure', 'cancelled', 'internal']),
  phase,
  message: z.string(),
  machine: z.string().exactOptional(),
  evidence: z.string().exactOptional(),
  steps: z.array(z.string()).exactOptional(),
  stack: z.string().exactOptional(),
});

/** How one machine came up. */
export const bootReport = z.looseObject({
  machine: z.string(),
  start: z.enum(['cold', 'fork', 'first-boot']),
  accelerator: z.string(),
  readyMs: z.number(),
  phasesMs: z.partialRecord(phase, z.number()),
  template: z.string().exactOptional(),
  configServed: z.boolean().exactOptional(),
  restless: z.boolean().exactOptional(),
  fallback: z.string().exactOptional(),
});

const forecast = z.looseObject({
  durationMs: z.number(),
  memoryMiB: z.number().exactOptional(),
  vcpus: z.number().exactOptional(),
});

/** What an attempt took from the host. */
export const usage = z.looseObject({ cpuSeconds: z.number(), peakMemoryMiB: z.number() });

/** A release that suites could update to. */
export const offeredRelease = z.looseObject({
  name: z.string(),
  version: z.string(),
  payloadSha256: z.string(),
});

/** A file beside the image that came with another image. */
export const lentExtra = z.looseObject({
  name: z.string(),
  sha256: z.string(),
  lentBy: z.string(),
});

/** What all machines together may occupy. */
export const budget = z.looseObject({
  memoryMiB: z.number(),
  vcpus: z.number(),
  jobs: z.int().exactOptional(),
});

/** The part of a plan that a run is. */
export const shard = z.looseObject({ index: z.int(), count: z.int() });

/** A planned case. */
export const plannedCase = z.looseObject({
  id: caseId,
  suite: suiteId,
  summary: z.string(),
  claims: z.array(claimId),
  image: z.string(),
  platform: z.string(),
  firmware: z.enum(['bios', 'uefi']),
  cost: z.looseObject({ machines: z.number(), vcpus: z.number(), memoryMiB: z.number() }),
  locks: z.array(z.string()),
  repeat: z.int().exactOptional(),
  forecast: forecast.exactOptional(),
});

/** A suite that was selected and did not run. */
export const exclusion = z.looseObject({
  suite: suiteId,
  repeat: z.int().exactOptional(),
  claims: z.array(claimId).exactOptional(),
  reason: z.string(),
  inShard: z.int().exactOptional(),
});

/** What is recorded of the image. */
export const imageIdentity = z.looseObject({
  name: z.string(),
  osName: z.string(),
  channel: z.string(),
  version: z.string(),
  arch: z.string(),
  sha256: z.string(),
  origin: z.string(),
});

/** A run that is part of another. */
export const mergedRun = z.looseObject({ run: runId, lines: z.int(), digest: z.string() });

/** What is recorded of the host. */
export const hostFacts = z.looseObject({
  os: z.string(),
  kernel: z.string(),
  cpuModel: z.string(),
  cpus: z.number(),
  memoryMiB: z.number(),
  node: z.string(),
  qemu: z.string(),
  accelerator: z.looseObject({ name: z.enum(['kvm', 'tcg']), reason: z.string() }),
  slowness: z.number(),
});

/** Where a finding was seen. */
const sighting = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('console'), line: z.number() }),
  z.looseObject({
    kind: z.literal('journal'),
    identifier: z.string().exactOptional(),
    unit: z.string().exactOptional(),
  }),
  z.looseObject({ kind: z.literal('qmp') }),
  z.looseObject({ kind: z.literal('comparison') }),
]);

/** A pattern that was seen, without where in the run it was. */
export const findingFields = {
  machine: z.string(),
  pattern: z.string(),
  severity: z.enum(['fatal', 'finding', 'note']),
  phase,
  boot: z.number(),
  seen: sighting,
  text: z.string(),
  expected: z.string().exactOptional(),
};

/** A pattern that a suite expects. */
export const expectationFields = { pattern: z.string(), reason: z.string() };

/** A file that a suite kept. */
export const attachmentFields = { name: z.string(), file: z.string() };

const linkFaults = z.looseObject({
  down: z.boolean().exactOptional(),
  delayMs: z.number().exactOptional(),
  jitterMs: z.number().exactOptional(),
  loss: z.number().exactOptional(),
  duplicate: z.number().exactOptional(),
  reorder: z.number().exactOptional(),
  corrupt: z.number().exactOptional(),
  kbitPerSecond: z.number().exactOptional(),
});

const timed = { atMs: z.number() };

const faultStep = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('link'),
    ...timed,
    machine: z.string(),
    segment: z.string().exactOptional(),
    faults: linkFaults,
    direction: z.enum(['out', 'in', 'both']).exactOptional(),
  }),
  z.looseObject({
    kind: z.literal('partition'),
    ...timed,
    from: z.array(z.string()),
    to: z.array(z.string()),
    oneWay: z.boolean().exactOptional(),
  }),
  z.looseObject({ kind: z.literal('heal'), ...timed }),
]);

/** What a cluster's network saw; times since it began. */
export const networkEvent = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('lease'),
    ...timed,
    machine: z.string(),
    segment: z.string(),
    message: z.enum(['discover', 'request', 'release', 'inform']),
  }),
  z.looseObject({
    kind: z.literal('name'),
    ...timed,
    question: z.string(),
    type: z.string(),
    found: z.boolean(),
  }),
  z.looseObject({ kind: z.literal('time'), ...timed, client: z.string() }),
  z.looseObject({ kind: z.literal('plugged'), ...timed, machine: z.string() }),
  z.looseObject({ kind: z.literal('unplugged'), ...timed, machine: z.string() }),
  z.looseObject({ kind: z.literal('fault'), ...timed, step: faultStep }),
]);
