/**
 * The validator of one line of the event log. The vocabulary itself is `harness/model/events.ts`;
 * the compiler holds this file to it.
 */

import { z } from 'zod';
import { type LoggedEvent, recordSchema } from '../harness/model/events.js';
import {
  attachmentFields,
  bootReport,
  budget,
  caseId,
  exclusion,
  expectationFields,
  failure,
  findingFields,
  hostFacts,
  imageIdentity,
  lentExtra,
  mergedRun,
  networkEvent,
  offeredRelease,
  outcome,
  phase,
  plannedCase,
  runId,
  shard,
  usage,
} from './schema-parts.js';

const logged = { seq: z.number(), at: z.iso.datetime() };
const ofAttempt = { ...logged, case: caseId, attempt: z.int().positive() };

/** Accepts every event of this schema version; keys it does not know are kept. */
export const loggedEvent: z.ZodType<LoggedEvent> = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('run-started'),
    ...logged,
    schema: z.number(),
    run: runId,
    version: z.string(),
    code: z.string().exactOptional(),
    argv: z.array(z.string()),
    seed: z.number(),
    image: imageIdentity,
    platform: z.string(),
    host: hostFacts,
    budget: budget.exactOptional(),
    releases: z.array(offeredRelease).exactOptional(),
    lent: z.array(lentExtra).exactOptional(),
    shard: shard.exactOptional(),
    merged: z.array(mergedRun).exactOptional(),
  }),
  z.looseObject({ kind: z.literal('case-planned'), ...logged, planned: plannedCase }),
  z.looseObject({ kind: z.literal('case-excluded'), ...logged, excluded: exclusion }),
  z.looseObject({ kind: z.literal('attempt-started'), ...ofAttempt }),
  z.looseObject({ kind: z.literal('machine-ready'), ...ofAttempt, boot: bootReport }),
  z.looseObject({ kind: z.literal('machine-phase'), ...ofAttempt, machine: z.string(), phase }),
  z.looseObject({
    kind: z.literal('machine-command'),
    ...ofAttempt,
    machine: z.string(),
    shown: z.string(),
    status: z.int().exactOptional(),
    durationMs: z.number(),
    stdout: z.string(),
    stderr: z.string(),
  }),
  z.looseObject({
    kind: z.literal('machine-qmp'),
    ...ofAttempt,
    machine: z.string(),
    event: z.string(),
  }),
  z.looseObject({
    kind: z.literal('machine-lost'),
    ...ofAttempt,
    machine: z.string(),
    how: z.enum(['killed', 'powered-off']),
  }),
  z.looseObject({ kind: z.literal('machine-returned'), ...ofAttempt, machine: z.string() }),
  z.looseObject({ kind: z.literal('network'), ...ofAttempt, event: networkEvent }),
  z.looseObject({
    kind: z.literal('step-started'),
    ...ofAttempt,
    step: z.number(),
    parent: z.number().exactOptional(),
    title: z.string(),
  }),
  z.looseObject({
    kind: z.literal('step-ended'),
    ...ofAttempt,
    step: z.number(),
    ok: z.boolean(),
  }),
  z.looseObject({ kind: z.literal('attached'), ...ofAttempt, ...attachmentFields }),
  z.looseObject({ kind: z.literal('release-taken'), ...ofAttempt, name: z.string() }),
  z.looseObject({ kind: z.literal('finding'), ...ofAttempt, ...findingFields }),
  z.looseObject({ kind: z.literal('expectation-unmet'), ...ofAttempt, ...expectationFields }),
  z.looseObject({ kind: z.literal('fork-disagreed'), ...ofAttempt, fork: outcome, cold: outcome }),
  z.looseObject({
    kind: z.literal('attempt-ended'),
    ...ofAttempt,
    outcome,
    durationMs: z.number(),
    failure: failure.exactOptional(),
    skipped: z.string().exactOptional(),
    usage: usage.exactOptional(),
  }),
  z.looseObject({ kind: z.literal('cleanup-failed'), ...ofAttempt, failure }),
  z.looseObject({
    kind: z.literal('host-load'),
    ...logged,
    cpuBusy: z.number().exactOptional(),
    cpuStalled: z.number().exactOptional(),
    memoryStalled: z.number().exactOptional(),
    ioStalled: z.number().exactOptional(),
    runnable: z.number().exactOptional(),
    memoryAvailableMiB: z.number().exactOptional(),
  }),
  z.looseObject({ kind: z.literal('run-ended'), ...logged, interrupted: z.boolean() }),
]);

/** The published schema of one line, chain included; docs/event-log.schema.json is made from it. */
export function eventLogJsonSchema(): object {
  const event = z.toJSONSchema(loggedEvent, { io: 'input', unrepresentable: 'any' });
  const chain = {
    type: 'string',
    pattern: '^[0-9a-f]{64}$',
    description:
      'SHA-256 over the chain of the line before (64 zeros at first) and this line without its chain',
  };
  const title = `Switchyard event log, schema ${recordSchema}: one object per line`;
  return { title, ...event, properties: { chain }, required: ['chain'] };
}
