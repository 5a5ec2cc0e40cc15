/**
 * Attempts by waivers that excuse more than they may.
 */

import { digest, failed, passed, runOf, suites } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, another, broken, only, victim, waiver, without } from './attempt.js';

async function waived(world: GateWorld, fields: Record<string, unknown>): Promise<void> {
  await another({}, broken)(world);
  await world.write('waivers/w.yaml', waiver(fields));
}

export const attempts: readonly Attempt[] = [
  {
    name: 'a waiver for an area, spelled with two stars',
    change: async (w) => await waived(w, { case: 'etcd/**' }),
    refused: /BAD_WAIVER.*must be AREA\/NAME/,
  },
  {
    name: 'a waiver that is over',
    change: async (w) => await waived(w, { created: '2026-05-20', expires: '2026-06-10' }),
    refused: /w\.yaml.*a waiver that holds today/,
  },
  {
    name: 'a waiver for another failure',
    change: async (w) => await waived(w, { signature: '0123456789ab' }),
    refused: /etcd\/minority.*flaky/,
  },
  {
    name: 'a waiver for everything',
    change: async (w) => await waived(w, { case: '**' }),
    refused: /BAD_WAIVER.*case: must be AREA\/NAME/,
  },
  {
    name: 'a waiver for all areas',
    change: async (w) => await waived(w, { case: '*/minority' }),
    refused: /BAD_WAIVER.*case: must be AREA\/NAME/,
  },
  {
    name: 'a waiver that its owner approved',
    change: async (w) => await waived(w, { owner: 'Ben' }),
    refused: /BAD_WAIVER.*Ben can't approve it/,
  },
  {
    name: 'a waiver for a year',
    change: async (w) => await waived(w, { expires: '2027-06-20' }),
    refused: /BAD_WAIVER.*it is for 365 days/,
  },
  {
    name: 'a waiver for another version',
    change: async (w) => await waived(w, { version: '4230.1.1' }),
    refused: /etcd\/minority.*flaky/,
  },
  {
    name: 'a waiver for all versions',
    change: async (w) => await waived(w, { version: { from: '0.0.0', to: '9999.0.0' } }),
    refused: /BAD_WAIVER.*more than one branch/,
  },
  {
    name: 'a waiver for what is missing',
    change: async (w) => {
      await only(w, without(victim));
      await w.write('waivers/w.yaml', waiver({ rule: 'inventory' }));
    },
    refused: /etcd\/minority.*in no run/,
  },
  {
    name: 'a waiver that somebody approved whom the policy does not name',
    change: async (w) => await waived(w, { approver: 'mallory' }),
    refused: /w\.yaml: expected approved by ben or cleo, seen by mallory/,
  },
  {
    name: 'a waiver that the author of the release approved',
    change: async (w) => await waived(w, { owner: 'cleo', approver: 'Ada' }),
    refused: /w\.yaml: expected approved by ben or cleo, seen by Ada, who made the release/,
  },
  {
    name: 'a waiver that says who agreed to it, and that person did not',
    change: async (w) => await waived(w, {}),
    refused:
      /waivers: w\.yaml: expected signed by ben, seen not yet; ben approves the release anew/,
  },
  {
    name: 'a waiver that was signed, and then changed',
    change: async (w) => {
      await waived(w, {});
      await w.approve(w.ben);
      await w.write('waivers/w.yaml', waiver({ reason: 'It is not so bad after all.' }));
    },
    refused: /waivers: w\.yaml: expected signed by ben, seen not yet/,
  },
  {
    name: 'a waiver that begins tomorrow',
    change: async (w) => await waived(w, { created: '2026-07-01' }),
    refused: /w\.yaml.*a waiver that holds today/,
  },
  {
    name: 'a waiver with a key twice, the second of which is wider',
    change: async (w) => {
      await waived(w, {});
      await w.write('waivers/w.yaml', `${waiver().slice(0, -1)}, "case": "etcd/*"}`);
    },
    refused: /BAD_WAIVER.*unique/,
  },
  {
    name: 'a waiver without an issue',
    change: async (w) => await waived(w, { issue: 'later' }),
    refused: /BAD_WAIVER.*issue/,
  },
  {
    name: 'more waivers than a release may have',
    change: async (w) => {
      const many = suites.slice(0, 4);
      await another({}, Object.fromEntries(many.map((suite) => [suite, [failed()]])))(w);
      for (const suite of many) {
        await w.write(`waivers/${suite.replace('/', '-')}.yaml`, waiver({ case: suite }));
      }
    },
    refused: /at most 3 waivers/,
  },
  {
    name: 'an update that failed for a second cause, with the first one waived',
    change: async (w) => {
      const told = { 'update/to-next': [failed(), failed('it broke otherwise')] };
      await w.addRun({ ...runOf('4152.1.0', {}, told), updatesTo: w.updateRun().updatesTo });
      await w.write('waivers/w.yaml', waiver({ rule: 'updates', case: 'update/to-next' }));
    },
    refused: /updates: .*update\/to-next.*flaky: suite \(ASSERTION_FAILED\): it broke otherwise/,
  },
  {
    name: 'a regression with two causes, the first of which is waived',
    change: async (w) => {
      const [known, other] = [failed(), failed('it broke otherwise')];
      await only(w, runOf('4230.1.0', {}, { [victim]: [known, known, other, other] }));
      const often = { [victim]: Array.from({ length: 10 }, () => passed) };
      await w.addRun(runOf('4152.1.0', {}, often));
      const signature = digest('it broke otherwise').slice(0, 12);
      await w.write('waivers/1.yaml', waiver());
      await w.write('waivers/2.yaml', waiver({ signature }));
      await w.write('waivers/3.yaml', waiver({ rule: 'no-regression' }));
    },
    refused: /no-regression: etcd\/minority.*4 failures of 4.*it broke otherwise/,
  },
];
