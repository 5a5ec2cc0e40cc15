/**
 * Attempts to get a release promoted that does not deserve it. Each changes an honest world in one way,
 * and is refused with its reason; at the end stands how many of how many.
 */

import { join } from 'node:path';
import t from 'tap';
import { HarnessError } from '../../../harness/base/errors.js';
import { GateWorld } from '../../support/gate-world.js';
import { attempts as act } from './laundering/act.js';
import { attempts as age } from './laundering/age.js';
import type { Attempt } from './laundering/attempt.js';
import { attempts as bootTime } from './laundering/boot-time.js';
import { attempts as canaries } from './laundering/canaries.js';
import { attempts as candidates } from './laundering/candidates.js';
import { attempts as channels } from './laundering/channels.js';
import { attempts as comparisons } from './laundering/comparisons.js';
import { attempts as field } from './laundering/field.js';
import { attempts as leftOutOfUpdate } from './laundering/left-out-of-update.js';
import { attempts as newCases } from './laundering/new-cases.js';
import { attempts as otherBytes } from './laundering/other-bytes.js';
import { attempts as otherCode } from './laundering/other-code.js';
import { attempts as otherPast } from './laundering/other-past.js';
import { attempts as pending } from './laundering/pending.js';
import { attempts as people } from './laundering/people.js';
import { attempts as policy } from './laundering/policy.js';
import { attempts as policyPin } from './laundering/policy-pin.js';
import { attempts as repeats } from './laundering/repeats.js';
import { attempts as reports } from './laundering/reports.js';
import { attempts as retired } from './laundering/retired.js';
import { attempts as revokedMeasure } from './laundering/revoked-measure.js';
import { attempts as runs } from './laundering/runs.js';
import { attempts as signatures } from './laundering/signatures.js';
import { attempts as storedRuns } from './laundering/stored-runs.js';
import { attempts as takenAway } from './laundering/taken-away.js';
import { attempts as tooFew } from './laundering/too-few.js';
import { attempts as usualByOtherCode } from './laundering/usual-by-other-code.js';
import { attempts as waivers } from './laundering/waivers.js';

const attempts = [
  ...[...takenAway, ...runs, ...repeats, ...newCases, ...signatures, ...policy, ...policyPin],
  ...[...waivers, ...people, ...candidates, ...field, ...age, ...canaries, ...otherBytes],
  ...[...reports, ...act, ...channels, ...pending, ...retired, ...otherCode, ...comparisons],
  ...[
    ...bootTime,
    ...otherPast,
    ...storedRuns,
    ...usualByOtherCode,
    ...tooFew,
    ...revokedMeasure,
    ...leftOutOfUpdate,
  ],
];

/** Why the gate says no, in one text; undefined when it does not. */
async function refusalOf(attempt: Attempt, world: GateWorld): Promise<string | undefined> {
  try {
    await attempt.change?.(world);
    const act = attempt.act ?? ((w: GateWorld) => w.promote());
    const { verdict, outcome } = (await act(world)) as Awaited<ReturnType<GateWorld['promote']>>;
    if (outcome === 'promoted' || verdict === undefined) return undefined;
    return verdict.rules
      .flatMap(({ rule, findings }) => {
        return findings.map((f) => `${rule}: ${f.subject}: expected ${f.expected}, seen ${f.seen}`);
      })
      .join('\n');
  } catch (thrown) {
    return thrown instanceof HarnessError ? `${thrown.code}: ${thrown.message}` : `${thrown}`;
  }
}

t.test('attempts to get a bad release promoted', async (t) => {
  const root = t.testdir({});
  let refused = 0;
  for (const [n, attempt] of attempts.entries()) {
    const world = await GateWorld.honest(join(root, `${n}`));
    const reason = await refusalOf(attempt, world);
    if (t.match(reason, attempt.refused, attempt.name)) refused += 1;
    const channel = await world.context().publisher.current('beta');
    const isMoved = channel?.release.version === '4230.1.0';
    t.equal(isMoved, attempt.promotes ?? false, `${attempt.name}: the channel`);
  }
  t.comment(`${refused} of ${attempts.length} attempts refused`);
  t.equal(refused, attempts.length);
  t.ok(attempts.length >= 100, 'there are many');
});
