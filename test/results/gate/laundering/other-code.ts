/**
 * Attempts by changing the suites, where the policy says which code proves something.
 */

import { digest, runOf } from '../../../support/gate-values.js';
import type { GateWorld } from '../../../support/gate-world.js';
import { type Attempt, another, broken, editPolicy, only } from './attempt.js';

const own = digest('the code');
const toothless = digest('suites that check nothing');

/** From here on only that code proves something; people agreed to it. */
export async function nameCode(w: GateWorld): Promise<void> {
  await editPolicy(w, (text) => `${text}evidence: { code: [${own}] }\n`);
}

/** What the honest one ran. */
export const ownCode = { code: own };

export const attempts: readonly Attempt[] = [
  {
    name: 'the suites were changed so that they are green',
    change: async (w) => {
      await only(w, runOf('4230.1.0', { code: toothless }));
      await nameCode(w);
    },
    refused: new RegExp(
      `expected fresh runs of the image .*, seen runs of other code: ${toothless}`,
    ),
  },
  {
    name: 'nobody knows which suites ran',
    change: async (w) => {
      await only(w, runOf('4230.1.0'));
      await nameCode(w);
    },
    refused: /expected fresh runs of the image .*, seen runs of other code: unknown/,
  },
  {
    name: 'what the right suites left out is green by other ones',
    change: async (w) => {
      const { cases, ...rest } = runOf('4230.1.0', ownCode);
      await only(w, { ...rest, cases: cases.slice(1) });
      await another({ code: toothless })(w);
      await nameCode(w);
    },
    refused: /all-suites: boot\/reboot on amd64, .*seen no outcome/,
  },
  {
    name: 'what failed by other code is said to be no failure',
    change: async (w) => {
      await only(w, runOf('4230.1.0', ownCode));
      await another({ code: toothless }, broken)(w);
      await nameCode(w);
    },
    refused: /all-suites: etcd\/minority on amd64/,
  },
];
