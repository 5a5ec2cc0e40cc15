/**
 * Who made a release signs for it, where the policy lists authors; by the commands, and what they refuse.
 */

import t from 'tap';
import { stringify } from 'yaml';
import { policySchema } from '../../../results/gate/policy-schema.js';
import { signAuthorship } from '../../../results/gate/sign-authorship.js';
import { GateDesk, green } from '../../harness/cli/gate/gate-desk.js';
import { daysAgo } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import { policyWith } from './laundering/attempt.js';

t.test('an author who signs may have a release promoted, by the approvals of others', async (t) => {
  const world = await GateWorld.honest(t.testdir());
  const { ada } = world;
  await policyWith(world, (policy: { trust: object }) => {
    return { ...policy, trust: { ...policy.trust, authors: [{ name: 'ada', key: ada.pem }] } };
  });
  for (const who of [world.ben, world.cleo]) await world.approve(who);
  t.equal((await world.promote()).outcome, 'refused', 'nobody signed yet');
  const order = { version: '4230.1.0', author: 'ada', now: new Date(daysAgo(0.5)) };
  await signAuthorship(world.directory, order, ada);
  t.equal((await world.promote()).outcome, 'promoted');
});

t.test('the command', async (t) => {
  const desk = await GateDesk.make(t.testdir());
  const author = async (name: string, key: string, version = '1.0.0') => {
    return await desk.yard('gate', 'author', version, '--as', name, '--key', `${key}.key.pem`);
  };
  t.match((await author('ada', 'ada')).stderr, /no trust\.authors, .*; list .*\[NO_AUTHORS\]$/);
  const policy = await desk.policy();
  const keys = [];
  for (const name of ['ada', 'ben']) {
    keys.push({ name, key: await desk.read(`${name}.pub.pem`) });
  }
  const trust = { ...(policy as { trust: object }).trust, authors: keys };
  await desk.write('gate/policy.yaml', stringify({ ...policy, trust }));
  for (const [name, key, line] of [
    ['ada', 'gate', /none of the policy's authors, who are ada .*, ben .*\[UNTRUSTED_KEY\]$/],
    ['ada', 'ben', /^yard: this is the key of ben, and you sign as ada \[NOT_YOUR_KEY\]$/],
    ['ben', 'ben', /1\.0\.0 says that ada made it, not ben; correct it first \[NOT_THE_AUTHOR\]$/],
  ] as const) {
    const refused = await author(name, key);
    t.equal(refused.exitCode, 2);
    t.match(refused.stderr, line);
  }
  await desk.addRun('20261101-101500-aaaa', green);
  await desk.attest('20261101-101500-aaaa');
  await desk.approve();
  const before = await desk.check();
  t.match(before.stdout, /expected a statement by ada to have made it, seen nothing; ada signs/);
  t.match(before.stdout, /^NEEDS APPROVAL/m);
  const signed = await author('ada', 'ada');
  t.match(signed.stdout, /^gate\/authorships\/1\.0\.0-ada-\w{8}\.json$/, signed.stderr);
  t.match((await desk.check()).stdout, /^PROMOTE/m);
});

t.test('one person has one name', async (t) => {
  const world = await GateWorld.make(t.testdir());
  const policy = world.policy() as { trust: object };
  const withAuthors = (name: string, { pem: key }: { readonly pem: string }) => {
    const trust = { ...policy.trust, authors: [{ name, key }] };
    return policySchema.safeParse({ ...policy, trust }).error?.issues.map(({ message }) => message);
  };
  t.equal(withAuthors('ada', world.ada), undefined, 'who makes one release may approve another');
  t.match(withAuthors('eve', world.ada), [
    'eve in trust.authors and ada in trust.approvers have one key; use one name',
  ]);
  t.match(withAuthors('lab', world.runner), [/trust\.runners and trust\.authors have one key/]);
});
