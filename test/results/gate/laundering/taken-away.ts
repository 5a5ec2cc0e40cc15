/**
 * Attempts by taking away, or putting back, what a verdict on record has seen.
 */

import { readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SuiteId } from '../../../../harness/model/ids.js';
import { check } from '../../../../results/gate/promote.js';
import { subjectsOf } from '../../../../results/gate/record.js';
import type { RunEvidence } from '../../../../results/gate/run-evidence.js';
import {
  canaryReport,
  candidate,
  daysAgo,
  goodFiles,
  pastImage,
  runOf,
} from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, another, broken, only, policyWith, victim } from './attempt.js';

/** A verdict that is written into the ledger. */
async function judge(w: GateWorld): Promise<void> {
  await check({ version: '4230.1.0', to: 'beta' }, w.context());
}

async function removeLast(w: GateWorld, folder: string): Promise<void> {
  const names = (await readdir(join(w.directory, folder))).sort();
  await unlink(join(w.directory, folder, names.at(-1) ?? ''));
}

const subjects = subjectsOf(candidate('4230.1.0'));

/** Half of the machines fail. */
async function badCanary(w: GateWorld): Promise<void> {
  const predicate = canaryReport({ failed: 50 });
  await w.sign('canaries', 'canary', { subjects, predicate }, w.field);
}

async function badAudit(w: GateWorld): Promise<void> {
  const [first, ...others] = goodFiles(candidate('4230.1.0'));
  const assets = [{ ...first, problem: 'the signature does not fit' }, ...others];
  const predicate = { version: '4230.1.0', at: daysAgo(0.2), assets };
  await w.sign('assets', 'assets', { subjects, predicate }, w.auditor);
}

/** What the history of yesterday said, once there is a later one with failures. */
async function laterHistory(w: GateWorld): Promise<string> {
  const older = await w.read('history.json');
  const entry = { suite: victim, at: daysAgo(3), ...pastImage, passed: 1, failed: 9 };
  await w.addHistory({ at: daysAgo(0.2), entries: [entry] });
  return older;
}

/** One glob for both kinds of update, and runs in which the suites that go forward are not. */
async function oneUpdateLess(w: GateWorld, ...more: readonly RunEvidence[]): Promise<void> {
  await only(w, undefined);
  await policyWith(w, (policy: { edges: { rules: { kind: string }[] }[] }) => {
    for (const rule of policy.edges.flatMap(({ rules }) => rules)) {
      if (rule.kind === 'edges') Object.assign(rule, { cases: ['{update,rollback}/*'] });
    }
    return policy;
  });
  await w.forgetRuns();
  const run = w.updateRun();
  const cases = run.cases.filter(({ suite }) => suite !== 'update/to-next');
  for (const one of [{ ...run, cases }, ...more]) await w.addRun(one);
}

/** In one of two runs it had a reason not to be there. */
async function updateExcludedOnce(w: GateWorld): Promise<void> {
  const excluded = [{ suite: 'update/to-next' as SuiteId, reason: 'it needs more memory' }];
  const second = { ...w.updateRun(), run: '20260628-130000-0001', cases: [], excluded };
  await oneUpdateLess(w, second);
}

const noUpdate =
  /updates: the update from 4152\.1\.0.*expected proven by update\/to-next, seen in no run/;

export const attempts: readonly Attempt[] = [
  {
    name: 'an update that fails, excluded from one of the runs and not in the other',
    change: updateExcludedOnce,
    refused: noUpdate,
  },
  {
    name: 'an update that fails, left out of the run beside others of the same glob',
    change: async (w) => await oneUpdateLess(w),
    refused: noUpdate,
  },
  {
    name: 'the last run taken away, after the gate has seen it',
    change: async (w) => {
      await another({}, broken)(w);
      await judge(w);
      await removeLast(w, 'runs');
    },
    refused: /integrity: run 4 of lab: expected there, since the ledger knows it, seen missing/,
  },
  {
    name: 'the last run exchanged, after the gate has seen it',
    change: async (w) => {
      await another({}, broken)(w);
      await judge(w);
      await w.forgetRuns();
      await w.addRun(runOf('4152.1.0', { startedAt: daysAgo(80), endedAt: daysAgo(79.9) }));
      await w.addRun(w.updateRun());
      await w.addRun(runOf('4230.1.0'));
      await w.addRun(runOf('4230.1.0', { run: '20260627-120000-0009' }));
    },
    refused: /integrity: run 4 of lab: expected there, since the ledger knows it, seen another one/,
  },
  {
    name: 'the bad canary report taken away after a verdict',
    change: async (w) => {
      await badCanary(w);
      await judge(w);
      await removeLast(w, 'canaries');
    },
    refused:
      /integrity: canaries of field, 2026-06-30\S+: expected there, since the ledger knows it; put/,
  },
  {
    name: 'the bad canary report exchanged after a verdict',
    change: async (w) => {
      await badCanary(w);
      await judge(w);
      await rm(join(w.directory, 'canaries'), { recursive: true });
      await w.addReports();
    },
    refused: /integrity: canaries of field, 2026-06-30\S+: expected there.*seen missing/,
  },
  {
    name: 'the bad audit taken away after a verdict',
    change: async (w) => {
      await badAudit(w);
      await judge(w);
      await removeLast(w, 'assets');
    },
    refused: /integrity: assets of auditor, 2026-06-30\S+: expected there.*seen missing/,
  },
  {
    name: 'an older history put back after a verdict',
    change: async (w) => {
      const older = await laterHistory(w);
      await judge(w);
      await w.write('history.json', older);
    },
    refused: /integrity: the history of 2026-06-30\S+: expected there.*seen one of 2026-06-29/,
  },
  {
    name: 'the history taken away after a verdict',
    change: async (w) => {
      await judge(w);
      await rm(join(w.directory, 'history.json'));
    },
    refused: /integrity: the history of 2026-06-29\S+: expected there.*seen missing/,
  },
];
