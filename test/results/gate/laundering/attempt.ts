/**
 * What an attempt on the gate is, and what attempts have in common.
 */

import { readdir, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SuiteId } from '../../../../harness/model/ids.js';
import type { AttemptEvidence, RunEvidence } from '../../../../results/gate/run-evidence.js';
import { daysAgo, digest, failed, runOf } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';

/** One attempt, refused with a reason. */
export interface Attempt {
  readonly name: string;
  /** What is done to the world; the candidate is then put forward, unless `act` does that. */
  readonly change?: (world: GateWorld) => Promise<unknown>;
  readonly act?: (world: GateWorld) => Promise<unknown>;
  /** An honest promotion of 4230.1.0 is part of it. */
  readonly promotes?: true;
  /** What must be among the reasons. */
  readonly refused: RegExp;
}

export const victim = 'etcd/minority' as SuiteId;
export const broken = { [victim]: [failed()] };
export const errored: AttemptEvidence = { outcome: 'errored' };

/** A waiver of {@link broken} that holds, with these fields changed. */
export function waiver(fields: Record<string, unknown> = {}): string {
  const all = {
    schema: 1,
    rule: 'all-suites',
    case: victim,
    signature: digest('it broke').slice(0, 12),
    version: '4230.1.0',
    reason: 'It is said to be harmless.',
    issue: 'https://example.test/1',
    owner: 'ada',
    approver: 'ben',
    created: '2026-06-20',
    expires: '2026-07-10',
    ...fields,
  };
  return JSON.stringify(all);
}

/** A run beside the green one, with this done to it. */
export function another(fields: Partial<RunEvidence>, attempts = {}) {
  const record = digest(JSON.stringify([fields, attempts]));
  return async (world: GateWorld) => {
    await world.addRun(runOf('4230.1.0', { record, ...fields }, attempts));
  };
}

/** Without its own runs: the world begins anew with this one in their place. */
export async function only(world: GateWorld, run: RunEvidence | undefined): Promise<void> {
  await world.begin();
  await world.addRun(runOf('4152.1.0', { startedAt: daysAgo(80), endedAt: daysAgo(79.9) }));
  await world.addRun(world.updateRun());
  if (run) await world.addRun(run);
  await world.addReports();
}

export function without(suite: string): RunEvidence {
  const run = runOf('4230.1.0');
  return { ...run, cases: run.cases.filter((one) => one.suite !== suite) };
}

/** The channel has by hand what it had before. */
export async function pointBack(world: GateWorld): Promise<void> {
  const current = join(world.directory, 'channels/beta/current');
  await unlink(current);
  await symlink('releases/4152.1.0', current);
}

/** One file of a folder with its text changed. */
export async function edit(
  world: GateWorld,
  folder: string,
  change: (text: string) => string,
): Promise<void> {
  const [name = ''] = (await readdir(join(world.directory, folder))).sort().slice(-1);
  await world.write(`${folder}/${name}`, change(await world.read(`${folder}/${name}`)));
}

/** The payload of an envelope with its text changed, and the old signature. */
export function inside(change: (text: string) => string) {
  return (text: string) => {
    const envelope = JSON.parse(text) as { payload: string };
    const payload = change(Buffer.from(envelope.payload, 'base64').toString());
    return JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') });
  };
}

/** People agreed to it, so that it is the release that is refused, and not its policy. */
export async function policyWith(
  world: GateWorld,
  change: (policy: never) => object,
): Promise<void> {
  await world.changePolicy(change(world.policy() as never));
}

/** The same with its text. */
export async function editPolicy(
  world: GateWorld,
  change: (text: string) => string,
): Promise<void> {
  await world.write('policy.yaml', change(await world.read('policy.yaml')));
  await world.acceptPolicy();
}
