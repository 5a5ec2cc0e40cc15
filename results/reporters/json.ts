/**
 * The object that `yard run --json` prints: the record cut down to what scripts ask for, plus the
 * paths of everything else. Its JSON Schema is docs/run-summary.schema.json.
 */

import { join, resolve } from 'node:path';
import { z } from 'zod';
import { defined } from '../../harness/base/errors.js';
import { attemptDirectory } from '../../harness/base/run-dir.js';
import type { AttemptRecord, RunRecord } from '../../harness/model/record.js';
import { exitCodeOf } from '../exit-code.js';
import { signatureOf } from '../failure-signature.js';
import { caseStatus, runVerdict } from '../record-schema.js';
import { runFiles } from '../run-files.js';
import { failure, outcome, phase } from '../schema-parts.js';
import { utilisationOf } from '../utilisation.js';

const boot = z.object({
  machine: z.string(),
  start: z.enum(['cold', 'fork', 'first-boot']),
  accelerator: z.string(),
  readyMs: z.number().describe('since the process of the machine was started'),
  phasesMs: z.partialRecord(phase, z.number()),
  template: z.string().optional().describe('key of the template that it was forked from'),
  fallback: z.string().optional().describe('why a cold boot was taken instead of a fork'),
  configServed: z.boolean().optional().describe('its config was fetched over HTTP'),
  restless: z.boolean().optional().describe('it was still at work when the next one started'),
});

const attempt = z.object({
  attempt: z.int().describe('counts from 1'),
  outcome,
  startedAt: z.string(),
  durationMs: z.number().optional().describe('absent when the log ends before the attempt'),
  failure: failure.optional(),
  signature: z.string().optional().describe('the same for failures of the same cause'),
  skipped: z.string().optional().describe('why it was skipped'),
  usage: z
    .object({ cpuSeconds: z.number(), peakMemoryMiB: z.number() })
    .optional()
    .describe('what its machines took from the host; absent when it was not measured'),
  boots: z.array(boot),
  steps: z.array(
    z.object({
      title: z.string(),
      step: z.int(),
      parent: z.int().optional(),
      ok: z.boolean().optional().describe('absent when the step never ended'),
    }),
  ),
  findings: z.array(
    z.object({
      machine: z.string(),
      pattern: z.string().describe('a name in the catalogue of patterns'),
      severity: z.enum(['fatal', 'finding', 'note']).describe('a note did not harm the attempt'),
      phase,
      boot: z.int().describe('of the machine, from 1'),
      seen: z.discriminatedUnion('kind', [
        z.object({
          kind: z.literal('console'),
          line: z.int().describe('in console.log, from 1'),
        }),
        z.object({
          kind: z.literal('journal'),
          identifier: z.string().optional(),
          unit: z.string().optional(),
        }),
        z.object({ kind: z.literal('qmp') }),
        z
          .object({ kind: z.literal('comparison') })
          .describe('a fork and a cold boot that should have come to the same'),
      ]),
      text: z.string(),
      expected: z.string().optional().describe('why the suite expects it'),
    }),
  ),
  unmetExpectations: z
    .array(z.object({ pattern: z.string(), reason: z.string() }))
    .describe('what the suite expected and nobody saw'),
  directory: z.string().describe('consoles, journals, configs and attachments of this attempt'),
  attachments: z.array(z.string()),
  cleanupFailures: z.array(failure),
});

const oneCase = z.object({
  id: z.string().describe('suite@image@platform-firmware, the same from run to run'),
  suite: z.string(),
  repeat: z.int().optional().describe('with --repeat-each, from the second run of the suite on'),
  status: caseStatus,
  claims: z.array(z.string()).describe('rows of the contract that the suite proves'),
  attempts: z.array(attempt),
});

/** The shape of {@link RunSummary}; docs/run-summary.schema.json is made from it. */
export const runSummarySchema = z
  .object({
    schema: z.literal(1),
    run: z.string(),
    version: z.string().describe('of Switchyard'),
    verdict: runVerdict,
    interrupted: z.boolean(),
    exitCode: z.union([z.literal(0), z.literal(1), z.literal(3), z.literal(70), z.literal(130)]),
    counts: z.record(caseStatus, z.int()).describe('cases by status; every status is there'),
    startedAt: z.string(),
    endedAt: z.string().optional().describe('absent when the run never said that it ended'),
    seed: z.number(),
    shard: z
      .object({ index: z.int(), count: z.int() })
      .optional()
      .describe('the part of the plan that this run is; absent when it is the whole'),
    utilisation: z
      .number()
      .optional()
      .describe('how full the host was while cases waited, 1 is full; absent when none waited'),
    image: z.object({
      name: z.string(),
      osName: z.string(),
      channel: z.string(),
      version: z.string(),
      arch: z.string(),
      sha256: z.string(),
      origin: z.string(),
    }),
    platform: z.string(),
    host: z.object({
      os: z.string(),
      kernel: z.string(),
      cpuModel: z.string(),
      cpus: z.number(),
      memoryMiB: z.number(),
      node: z.string(),
      qemu: z.string(),
      accelerator: z.object({ name: z.enum(['kvm', 'tcg']), reason: z.string() }),
      slowness: z.number(),
    }),
    cases: z.array(oneCase),
    excluded: z.array(
      z.object({ suite: z.string(), repeat: z.int().optional(), reason: z.string() }),
    ),
    notes: z.array(z.string()),
    runDirectory: z.string().describe('absolute'),
    reports: z.object({
      events: z.string(),
      record: z.string(),
      tap: z.string(),
      junit: z.string(),
    }),
  })
  .meta({ title: 'RunSummary', description: 'What `yard run --json` prints on stdout.' });

/**
 * What `yard run --json` prints: verdict, exit code, counts and every case with its attempts;
 * `runDirectory`, attempt directories and `reports` are absolute paths. Guest text is unchanged.
 */
export type RunSummary = z.infer<typeof runSummarySchema>;

/** The summary of a record whose files lie in `runDirectory`. */
export function runSummary(record: RunRecord, runDirectory: string): RunSummary {
  const root = resolve(runDirectory);
  const { run, version, verdict, interrupted, counts, startedAt, endedAt, seed, platform } = record;
  const cases = record.cases.map((planned) => {
    const { id, suite, repeat, status, claims, attempts } = planned;
    const place = (one: AttemptRecord) => join(root, attemptDirectory(planned, one.attempt));
    const named = defined({ id, suite, repeat });
    return { ...named, status, claims, attempts: attempts.map((a) => toAttempt(a, place(a))) };
  });
  const { events, record: recordFile, tap, junit } = runFiles;
  const reports = Object.entries({ events, record: recordFile, tap, junit });
  return runSummarySchema.parse(
    defined({
      ...{ schema: 1, run, version, verdict, interrupted, exitCode: exitCodeOf(record), counts },
      ...{ startedAt, endedAt, seed, shard: record.shard, utilisation: utilisationOf(record) },
      ...{ image: record.image, platform, host: record.host, cases },
      ...{ excluded: record.excluded, notes: record.notes, runDirectory: root },
      reports: Object.fromEntries(reports.map(([name, file]) => [name, join(root, file)])),
    }),
  );
}

function toAttempt(record: AttemptRecord, directory: string): object {
  const signature = signatureOf(record)?.id;
  const attachments = record.attachments.map(({ file }) => file);
  return defined({ ...record, signature, directory, attachments });
}
