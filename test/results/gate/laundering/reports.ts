/**
 * Attempts on what people said of a release that they tried.
 */

import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { imagesDigest } from '../../../../results/gate/candidate.js';
import { chainStart } from '../../../../results/gate/chain.js';
import { candidate, daysAgo, digest, person } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, edit, inside, waiver } from './attempt.js';

const problem = 'containers lose their network after an hour';

/** A report that is made by hand, and may say anything. */
async function forge(w: GateWorld, by = w.eve, fields: object = {}): Promise<void> {
  const subjects = [{ name: '4230.1.0', sha256: digest('x') }];
  const predicate = {
    reporter: 'eve',
    version: '4230.1.0',
    candidate: imagesDigest(candidate('4230.1.0')),
    at: daysAgo(0.1),
    sequence: 1,
    previous: chainStart,
    ...fields,
  };
  await w.sign('reports', 'report', { subjects, predicate }, by);
}

async function reportFile(w: GateWorld, n: number): Promise<string> {
  return join(
    w.directory,
    'reports',
    (await readdir(join(w.directory, 'reports'))).sort()[n] ?? '',
  );
}

export const attempts: readonly Attempt[] = [
  {
    name: 'somebody reports a problem',
    change: async (w) => void (await w.report(w.eve, { problem })),
    refused: /reports: eve on 4230\.1\.0: expected no problem, seen containers lose their network/,
  },
  {
    name: 'another says that it is well',
    change: async (w) => {
      await w.report(w.eve, { problem });
      await w.report(w.finn);
    },
    refused: /reports: eve on 4230\.1\.0/,
  },
  {
    name: 'the one who reported it says that another version is well',
    change: async (w) => {
      await w.report(w.eve, { problem });
      await w.report(w.eve, { candidate: candidate('4230.1.1') });
    },
    refused: /reports: eve on 4230\.1\.0/,
  },
  {
    name: 'the one who reported it says that other images are well',
    change: async (w) => {
      await w.report(w.eve, { problem });
      const images = [{ arch: 'amd64', sha256: digest('y'), payloadSha256: digest('z') } as const];
      await w.report(w.eve, { candidate: candidate('4230.1.0', { images }) });
    },
    refused: /reports: eve on 4230\.1\.0/,
  },
  {
    name: 'a problem with what it was rebuilt from',
    change: async (w) => {
      await w.report(w.eve, { problem, candidate: candidate('4230.0.0') });
    },
    refused: /reports: eve on 4230\.0\.0/,
  },
  {
    name: 'a problem that came after it was well',
    change: async (w) => {
      await w.report(w.eve);
      await w.report(w.eve, { problem });
    },
    refused: /reports: eve on 4230\.1\.0/,
  },
  {
    name: 'the problem is taken out of the report',
    change: async (w) => {
      await w.report(w.eve, { problem });
      const without = (text: string) => text.replace(`,"problem":"${problem}"`, '');
      await edit(w, 'reports', inside(without));
    },
    refused: /BAD_ENVELOPE.*the signature of eve does not fit/,
  },
  {
    name: 'the report is taken out of the row',
    change: async (w) => {
      await w.report(w.eve, { problem });
      await w.report(w.eve, { candidate: candidate('4230.1.1') });
      await unlink(await reportFile(w, 0));
    },
    refused: /BROKEN_CHAIN.*reports of eve: number 1 is missing/,
  },
  {
    name: 'the only report is taken away once the gate has seen it',
    change: async (w) => {
      await w.report(w.eve, { problem });
      await w.promote();
      await unlink(await reportFile(w, 0));
    },
    refused:
      /integrity: .*1 of reports of eve: expected there, since the ledger knows it, seen missing/,
  },
  {
    name: 'an old word that it is well is played again',
    change: async (w) => {
      await w.report(w.eve);
      const old = await w.read('reports/eve-000001.json');
      await w.report(w.eve, { problem });
      await w.write('reports/eve-000003.json', old);
    },
    refused: /BROKEN_CHAIN.*reports of eve/,
  },
  {
    name: 'the word that it is well is signed by another',
    change: async (w) => await forge(w, w.finn),
    refused: /BAD_EVIDENCE.*eve reports, and finn signed/,
  },
  {
    name: 'the word that it is well is signed by a stranger',
    change: async (w) => await forge(w, person('eve')),
    refused: /BAD_ENVELOPE.*whom the policy does not name/,
  },
  {
    name: 'the word that it is well is signed by nobody',
    change: async (w) => {
      await forge(w);
      await edit(w, 'reports', (text) => JSON.stringify({ ...JSON.parse(text), signatures: [] }));
    },
    refused: /BAD_ENVELOPE.*signatures/,
  },
  {
    name: 'a problem without words',
    change: async (w) => await forge(w, w.eve, { problem: ' ' }),
    refused: /BAD_EVIDENCE.*problem/,
  },
  {
    name: 'a report of the future',
    change: async (w) => await forge(w, w.eve, { at: daysAgo(-1) }),
    refused: /reports: eve on 4230\.1\.0: expected a report of the past/,
  },
  {
    name: 'a problem is waived',
    change: async (w) => {
      await w.report(w.eve, { problem });
      const signature = digest(problem).slice(0, 12);
      const fields = { rule: 'reports', case: 'eve/on', signature };
      await w.write('waivers/w.yaml', waiver(fields));
    },
    refused: /reports: eve on 4230\.1\.0/,
  },
];
