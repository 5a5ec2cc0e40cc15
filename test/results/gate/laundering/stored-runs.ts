/**
 * Attempts on a run as it is stored, before anybody signs it.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attestRun, readRunEvidence } from '../../../../results/gate/attest-run.js';
import { trustedKeys } from '../../../../results/gate/signers.js';
import { candidate, now, runOf, suites } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type AttemptStory, failure, leaked, startMs } from '../../support/events.js';
import { eventsOf, makeRun } from '../../support/run-directory.js';
import { type Attempt, only, victim } from './attempt.js';

const id = '20260629-120000-0010';
const usage = { cpuSeconds: 9, peakMemoryMiB: 512 };
const green: AttemptStory = { outcome: 'passed', usage };
const red: AttemptStory = { outcome: 'failed', failure: failure(), usage };

/** A run of the candidate of an hour ago in which one suite came to this. Returns its directory. */
async function storeRun(
  { directory }: GateWorld,
  ofVictim: readonly AttemptStory[],
): Promise<string> {
  const { osName, version, channel, images } = candidate('4230.1.0');
  const [first] = images;
  const identity = { name: 'release', osName, version, channel, arch: 'amd64', origin: 'released' };
  const image = { ...identity, sha256: first?.sha256 };
  const cases = suites.map((suite) => [suite, suite === victim ? ofVictim : [green]] as const);
  const byMs = now.getTime() - 3_600_000 - startMs;
  const events = eventsOf(id, { cases: Object.fromEntries(cases) }, { image }).map((event) => {
    return { ...event, at: new Date(Date.parse(event.at) + byMs).toISOString() };
  });
  return await makeRun(join(directory, 'stored'), events);
}

interface Spoilt {
  readonly file: 'events.jsonl' | 'record.json';
  readonly change: (text: string) => string;
  /** Default: it failed at first. */
  readonly ofVictim?: readonly AttemptStory[];
}

/** It is the only run of the candidate, and one of its files is changed before the lab signs for it. */
async function spoil(
  w: GateWorld,
  { file, change, ofVictim = [red, green] }: Spoilt,
): Promise<void> {
  await only(w, undefined);
  // What is compared, as memory is, was seen on the accelerator of the stored run.
  await w.addRun(runOf('4152.1.0', { run: '20260628-120000-0009', accelerator: 'tcg' }));
  const run = await storeRun(w, ofVictim);
  const path = join(run, file);
  await writeFile(path, change(await readFile(path, 'utf8')));
  const { name, pem } = w.runner;
  const trusted = trustedKeys([{ name, key: pem }]);
  await attestRun(w.directory, await readRunEvidence(run), { signer: w.runner, trusted });
}

const asItIs: Spoilt = { file: 'record.json', change: (text) => text };

export const attempts: readonly Attempt[] = [
  {
    name: 'run until it is green, in one run as it was stored',
    change: async (w) => await spoil(w, asItIs),
    refused: /all-suites: etcd\/minority on amd64, qemu, bios: expected passed, seen flaky/,
  },
  {
    name: 'a pass whose machine was left behind',
    change: async (w) => {
      await spoil(w, { ...asItIs, ofVictim: [{ ...green, leftovers: [leaked] }] });
    },
    refused: /etcd\/minority.*errored \(PROCESS_LEAKED\)/,
  },
  {
    name: 'delete a failing case from the log',
    change: async (w) => {
      const isFailure = (line: string) => line.includes('"outcome":"failed"');
      const change = (text: string) => {
        const lines = text.split('\n').filter((line) => !isFailure(line));
        return lines.join('\n');
      };
      await spoil(w, { file: 'events.jsonl', change });
    },
    refused: /RECORD_CORRUPT: .*events\.jsonl:\d+: the line does not fit its digest after line \d+/,
  },
  {
    name: 'edit the record',
    change: async (w) => {
      const change = (text: string) => text.replaceAll('"failed"', '"passed"');
      await spoil(w, { file: 'record.json', change });
    },
    refused: /RECORD_CORRUPT: .*record\.json: the record does not fit its seal; it first differs/,
  },
];
