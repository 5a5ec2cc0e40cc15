/**
 * Configs that stop the boot, in suites that do not expect it: the case must fail in phase `ignition`
 * within seconds of Ignition's failure, in Ignition's own words.
 */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Suite } from '../../harness/model/suite.js';
import filesystemImpossible from '../../suites/ignition/filesystem-impossible.js';
import newerSpecification from '../../suites/ignition/newer-specification.js';
import unreachableSource from '../../suites/ignition/unreachable-source.js';
import wrongHash from '../../suites/ignition/wrong-hash.js';
import { outcomeOf } from './during-suite.js';
import type { Fault } from './fault.js';
import type { Lab } from './lab.js';

/** The first sign on the console that Ignition has given up. */
const givenUp = /Failed to start ignition-|Ignition has failed|Entering emergency mode/;

/** Whether any console of the lab's runs shows the sign; `seen` are those of earlier faults. */
async function consolesWith(lab: Lab, seen: ReadonlySet<string>): Promise<readonly string[]> {
  const names = await readdir(lab.runs, { recursive: true }).catch(() => []);
  const consoles = names.filter((name) => name.endsWith('console.log') && !seen.has(name));
  const texts = consoles.map(async (name) => {
    const text = await readFile(join(lab.runs, name), 'utf8').catch(() => '');
    return givenUp.test(text) ? [name] : [];
  });
  return (await Promise.all(texts)).flat();
}

function unexpected(what: string, suite: Suite, words: RegExp): Fault {
  return {
    id: `ignition/${what}`,
    describes: `A config with ${what.replaceAll('-', ' ')} stops the boot: Ignition's words say so.`,
    expect: 'failed ignition/IGNITION_FAILED',
    boundMs: 10_000,
    strike: async (lab) => {
      const seen = new Set(await consolesWith(lab, new Set()));
      // What a fork does before its proof would be held against a cold boot first.
      const running = lab.runCase({ ...suite, start: 'cold', expects: [] });
      const struck = lab
        .until(async () => (await consolesWith(lab, seen)).length > 0, 100)
        .then(() => performance.now());
      const [record, struckMs] = await Promise.all([
        running.then((end) => ({ end, atMs: performance.now() })),
        struck,
      ]);
      const said = record.end.attempts.at(-1)?.failure?.message ?? '';
      if (!words.test(said)) throw new Error(`${said}: expected Ignition's words ${words}`);
      return { seen: outcomeOf(record.end), tookMs: record.atMs - struckMs };
    },
  };
}

export const ignitionFaults: readonly Fault[] = [
  unexpected('wrong-hash', wrongHash, /hash verification failed/i),
  unexpected('unreachable-source', unreachableSource, /10\.0\.2\.250/),
  unexpected(
    'newer-specification',
    newerSpecification,
    /unsupported config version|unknown version/i,
  ),
  unexpected('filesystem-impossible', filesystemImpossible, /mkfs\.xfs|create filesystem/i),
];
