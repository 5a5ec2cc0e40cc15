/**
 * Attempts on a run as it is stored, before anybody signs it.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attestRun, readRunEvidence } from '../../../../results/gate/attest-run.js';
import { trustedKeys } from '../../../../results/gate/signers.js';
import { candidate, now, runOf, suites } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type AttemptStory, failure, startMs } from '../../support/events.js';
import { eventsOf, makeRun } from '../../support/run-directory.js';
import { type Attempt, only, victim } from './attempt.js';

const id = '20260629-120000-0010';
const usage = { cpuSeconds: 9, peakMemoryMiB: 512 };
const green: AttemptStory = { outcome: 'passed', usage };
const red: AttemptStory = { outcome: 'failed', failure: failure(), usage };

/** A run of the candidate of an hour ago in which one suite failed at first. Returns its directory. */
async function storeRun({ directory }: GateWorld): Promise<string> {
  const { osName, version, channel, images } = candidate('4230.1.0');
  const [first] = images;
  const identity = { name: 'release', osName, version, channel, arch: 'amd64', origin: 'released' };
  const image = { ...identity, sha256: first?.sha256 };
  const cases = suites.map((suite) => [suite, suite === victim ? [red, green] : [green]] as const);
  const byMs = now.getTime() - 3_600_000 - startMs;
  const events = eventsOf(id, { cases: Object.fromEntries(cases) }, { image }).map((event) => {
    return { ...event, at: new Date(Date.parse(event.at) + byMs).toISOString() };
  });
  return await makeRun(join(directory, 'stored'), events);
}

/** It is the only run of the candidate, and one of its files is changed before the lab signs for it. */
async function spoil(
  w: GateWorld,
  file: 'events.jsonl' | 'record.json',
  change: (text: string) => string,
): Promise<void> {
  await only(w, undefined);
  // What is compared, as memory is, was seen on the accelerator of the stored run.
  await w.addRun(runOf('4152.1.0', { run: '20260628-120000-0009', accelerator: 'tcg' }));
  const run = await storeRun(w);
  const path = join(run, file);
  await writeFile(path, change(await readFile(path, 'utf8')));
  const { name, pem } = w.runner;
  const trusted = trustedKeys([{ name, key: pem }]);
  await attestRun(w.directory, await readRunEvidence(run), { signer: w.runner, trusted });
}

export const attempts: readonly Attempt[] = [
  {
    name: 'run until it is green, in one run as it was stored',
    change: async (w) => await spoil(w, 'record.json', (text) => text),
    refused: /all-suites: etcd\/minority on amd64, qemu, bios: expected passed, seen flaky/,
  },
  {
    name: 'delete a failing case from the log',
    change: async (w) => {
      const isFailure = (line: string) => line.includes('"outcome":"failed"');
      await spoil(w, 'events.jsonl', (text) => {
        return text
          .split('\n')
          .filter((line) => !isFailure(line))
          .join('\n');
      });
    },
    refused: /RECORD_CORRUPT: .*events\.jsonl:\d+: the line does not fit its digest after line \d+/,
  },
  {
    name: 'edit the record',
    change: async (w) => {
      await spoil(w, 'record.json', (text) => text.replaceAll('"failed"', '"passed"'));
    },
    refused: /RECORD_CORRUPT: .*record\.json: the record does not fit its seal; it first differs/,
  },
];
