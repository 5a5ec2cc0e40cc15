/**
 * Attempts by counting something twice, or by leaving it to the history.
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { daysAgo, digest, failed, passed, pastImage, runOf } from '../../../support/gate-values.js';
import { type Attempt, another, broken, inside, victim } from './attempt.js';
import { budget, flaky } from './budget.js';

/** Older than evidence may be. */
const longAgo = { startedAt: daysAgo(41), endedAt: daysAgo(40) };

const oftenFailed = { suite: victim, at: daysAgo(20), ...pastImage, passed: 10, failed: 20 };
const ownImage = { ...pastImage, imageSha256: digest('image 4230.1.0') };
const ownFailures = { suite: victim, at: daysAgo(2), ...ownImage, passed: 0, failed: 1 };
const manyPasses = { ...oftenFailed, passed: 1000, failed: 0 };

export const attempts: readonly Attempt[] = [
  {
    name: 'a green run that counts twice',
    change: async (w) => {
      const run = runOf('4230.1.0', { run: '20260627-120000-0001' });
      await w.addRun(run);
      await w.addRun(run);
    },
    refused: /integrity: 20260627-120000-0001: expected evidence once, seen twice/,
  },
  {
    name: 'a run and the one that it was merged into',
    change: async (w) => {
      await w.addRun(runOf('4230.1.0', { run: '20260627-120000-0001' }));
      await w.addRun(runOf('4230.1.0', { parts: ['20260627-120000-0001'] }));
    },
    refused: /expected evidence once, seen twice, by 20260627-120000-0001/,
  },
  {
    name: 'no history to judge a flaky case by',
    change: async (w) => {
      await flaky(w);
      await rm(join(w.directory, 'history.json'));
    },
    refused: /flakes: the history: .*seen none/,
  },
  {
    name: 'a history of a single day',
    change: async (w) => {
      await flaky(w);
      await w.addHistory({ days: 1 });
    },
    refused: /flakes: the history: .*seen one of 1 days/,
  },
  {
    name: 'a history of last year',
    change: async (w) => {
      await flaky(w);
      await w.addHistory({ at: daysAgo(365) });
    },
    refused: /flakes: the history: .*seen one of 90 days, made 2025-06-30/,
  },
  {
    name: 'a flaky case that failed often before',
    change: async (w) => {
      await flaky(w);
      await w.addHistory({ entries: [oftenFailed] });
    },
    refused: /flakes: etcd\/minority.*no more than 20 % of its attempts, seen 21 failures of 33/,
  },
  {
    name: 'a flaky case excused by passes of the reference image',
    change: async (w) => {
      await flaky(w);
      const osName = 'Switchyard Reference OS';
      await w.addHistory({ entries: [oftenFailed, { ...manyPasses, osName }] });
    },
    refused: /flakes: etcd\/minority.*no more than 20 % of its attempts, seen 21 failures of 33/,
  },
  {
    name: 'a flaky case excused by passes on another architecture',
    change: async (w) => {
      await flaky(w);
      await w.addHistory({ entries: [oftenFailed, { ...manyPasses, arch: 'arm64' }] });
    },
    refused: /flakes: etcd\/minority.*no more than 20 % of its attempts, seen 21 failures of 33/,
  },
  {
    name: 'a history that does not say of which system it is',
    change: async (w) => {
      const { osName, ...entry } = oftenFailed;
      await w.addHistory({ entries: [entry as typeof oftenFailed] });
    },
    refused: /BAD_EVIDENCE.*history\.json.*osName/,
  },
  {
    name: 'a case that fails five times of seven, left to the budget',
    change: async (w) => {
      await budget(w);
      const five = Array.from({ length: 5 }, () => failed());
      await another({}, { [victim]: [...five, passed] })(w);
    },
    refused: /flakes: etcd\/minority.*seen 5 failures of 7, all of this release, at least 34 %/,
  },
  {
    name: 'a long good past in which a case that fails now is lost',
    change: async (w) => {
      await budget(w);
      await w.addHistory({ entries: [{ ...manyPasses, passed: 500 }] });
      const many = Array.from({ length: 30 }, () => failed());
      await another({}, { [victim]: [...many, passed] })(w);
    },
    refused: /flakes: etcd\/minority.*seen 30 failures of 32, all of this release/,
  },
  {
    name: 'a history with its failures taken out',
    change: async (w) => {
      await flaky(w);
      const lose = inside((text) => text.replaceAll('"failed":0', '"failed":1'));
      await w.write('history.json', lose(await w.read('history.json')));
    },
    refused: /BAD_ENVELOPE.*history\.json: the signature of lab does not fit/,
  },
  {
    name: 'wait until the failure is too old',
    change: async (w) => {
      await another({ ...longAgo, run: '20260520-120000-0001' }, broken)(w);
    },
    refused: /etcd\/minority.*flaky, 1 of 2 attempts/,
  },
  {
    name: 'wait until the failed update is too old',
    change: async (w) => {
      const run = { ...runOf('4152.1.0', {}, { 'update/to-next': [failed()] }), ...longAgo };
      await w.addRun({ ...run, updatesTo: w.updateRun().updatesTo });
    },
    refused: /updates: the update from 4152\.1\.0.*update\/to-next.*seen flaky/,
  },
  {
    name: 'interrupt the update once it has failed',
    change: async (w) => {
      const { endedAt: _, ...run } = runOf('4152.1.0', {}, { 'update/to-next': [failed()] });
      await w.addRun({ ...run, interrupted: true, updatesTo: w.updateRun().updatesTo });
    },
    refused: /updates: the update from 4152\.1\.0.*update\/to-next.*seen flaky/,
  },
  {
    name: 'run until it is green, and attest that run only: the history knows the others',
    change: async (w) => {
      const entry = { ...ownFailures, passed: 1, failed: 2 };
      await w.addHistory({ entries: [entry] });
    },
    refused: /integrity: etcd\/minority: expected all 2 failures on \w{12} that the history knows/,
  },
  {
    name: 'attest one of the two runs that failed',
    change: async (w) => {
      await another({}, broken)(w);
      await w.addHistory({ entries: [ownFailures, { ...ownFailures, at: daysAgo(3) }] });
    },
    refused: /integrity: etcd\/minority: .*seen runs with 1; attest the others, too/,
  },
];
