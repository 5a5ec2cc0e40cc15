/**
 * Canary evidence in a stored run: what machines and their update servers said to each other, which
 * suites keep as `canary-evidence.json`.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../../harness/base/errors.js';
import type { AttemptRecord, CaseRecord, RunRecord } from '../../../harness/model/record.js';
import type { StoredEvidence } from '../attest-run.js';
import type { Candidate } from '../candidate.js';
import { type CanaryReport, sourceOfRun } from '../field-evidence.js';
import { problemOf } from '../read-statements.js';
import type { FoundCanaries } from '../sign-canary.js';
import { canaryReport, type MachineStory, type Sighting } from './machine-story.js';
import { requireRunOf } from './run-of-candidate.js';

/** What suites call the attachment. */
export const canaryFile = 'canary-evidence.json';

const client = z.object({ version: z.string() });
const atMs = z.number();

/** As much of the typed messages as is needed; see `harness/model/updates.ts`. */
const message = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('check'),
    atMs,
    client,
    answer: z.enum(['update', 'noupdate', 'fault']),
    version: z.string().optional(),
  }),
  z.object({ kind: z.literal('ping'), atMs, client }),
  z.object({
    kind: z.literal('event'),
    atMs,
    client,
    event: z.object({ type: z.int(), result: z.int(), errorCode: z.number().optional() }),
  }),
  z.object({ kind: z.literal('download'), atMs, version: z.string(), complete: z.boolean() }),
  z.object({ kind: z.literal('unreadable'), atMs }),
]);
type Message = z.infer<typeof message>;

const conversations = z.array(z.object({ machine: z.string().min(1), messages: z.array(message) }));

/** A run that is over: whoever was silent then stays silent. */
const silentMs = 0;

/**
 * What the run's canaries say about a candidate, against the version that the run's image has, and of which
 * architecture they are. Throws OTHER_RELEASE, NO_CANARIES and BAD_CANARIES (usage).
 */
export async function canariesOfRun(
  { directory, record, evidence }: StoredEvidence,
  candidate: Candidate,
): Promise<FoundCanaries> {
  const arch = requireRunOf(evidence, candidate);
  return { arch, report: await reportOf(directory, record, candidate.version) };
}

async function reportOf(
  directory: string,
  record: RunRecord,
  version: string,
): Promise<CanaryReport> {
  const { run, image } = record;
  const cases = record.cases.filter(({ attempts }) => attempts.some(fileOf));
  if (cases.length === 0) {
    const next = 'run a suite that keeps it, such as rolling/canary';
    throw new UsageError('NO_CANARIES', `run ${run} has no ${canaryFile}; ${next}`);
  }
  const parts = await Promise.all(cases.map((one) => readCase(directory, one)));
  const machines = parts.flat();
  const nowMs = Math.max(0, ...machines.flatMap(({ messages }) => messages.map((m) => m.atMs)));
  const stories = machines.map(({ machine, messages }) => {
    return { machine, sightings: sightingsOf(messages) } satisfies MachineStory;
  });
  const question = { source: sourceOfRun(run), version, baseline: image.version, nowMs, silentMs };
  const report = canaryReport(stories, question);
  if (report.instances > 0) return report;
  const heard = [...new Set(stories.flatMap((one) => one.sightings.map((s) => s.version)))];
  const seen = `no canary of run ${run} took ${version}; they had: ${heard.sort().join(', ')}`;
  throw new UsageError('NO_CANARIES', seen);
}

/** None of an attempt that the host has ended: what it did not hear says nothing of the release. */
function fileOf({ outcome, attachments }: AttemptRecord): string | undefined {
  if (outcome === 'errored' || outcome === 'cancelled') return undefined;
  return attachments.find(({ name }) => name === canaryFile)?.file;
}

/** All attempts: one that did not get as far may be the one that went wrong. */
async function readCase(directory: string, { id, attempts }: CaseRecord) {
  const files = attempts.map((attempt) => {
    const file = fileOf(attempt);
    if (file !== undefined) return file;
    const seen = `attempt ${attempt.attempt} of ${id} left no ${canaryFile}`;
    throw new UsageError('NO_CANARIES', `${seen}; its canaries were not heard to the end`);
  });
  const parts = await Promise.all(files.map((file) => readEvidence(join(directory, file))));
  return parts.flatMap((part, n) => {
    return part.map((one) => ({ ...one, machine: `${id} ${n + 1} ${one.machine}` }));
  });
}

async function readEvidence(path: string): Promise<z.infer<typeof conversations>> {
  try {
    return conversations.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (thrown) {
    throw new UsageError('BAD_CANARIES', `cannot read ${path}: ${problemOf(thrown)}`);
  }
}

/** What a conversation tells of the releases in it. */
export function sightingsOf(messages: readonly Message[]): readonly Sighting[] {
  let offered: string | undefined;
  return messages.flatMap((said): Sighting[] => {
    if (said.kind === 'unreadable') return [];
    if (said.kind === 'download') {
      const { atMs: at, version, complete } = said;
      return complete ? [{ atMs: at, version, what: 'installed' }] : [];
    }
    if (said.kind === 'check' && said.answer === 'update') offered = said.version;
    return [ofClient(said, offered)];
  });
}

/** An error is the fault of what the machine was last offered, if it does not run that yet. */
function ofClient(
  said: Extract<Message, { client: unknown }>,
  offered: string | undefined,
): Sighting {
  const { atMs: at, client: own } = said;
  if (said.kind !== 'event' || said.event.result !== 0) {
    return { atMs: at, version: own.version, what: 'runs' };
  }
  const { errorCode } = said.event;
  const version = offered ?? own.version;
  return { atMs: at, version, what: 'failed', ...(errorCode && { code: `${errorCode}` }) };
}
