/**
 * How a gate comes to another policy, by the commands: who must agree, what is said to others, and that
 * the ledger still holds afterwards.
 */

import t, { type Test } from 'tap';
import { parse, stringify } from 'yaml';
import { GateDesk } from './gate-desk.js';

const run = '20261101-101500-aaaa';

/** A gate that has promoted 1.0.0, and whose policy was changed since then. */
async function changed(directory: string): Promise<GateDesk> {
  const desk = await GateDesk.make(directory);
  await desk.addRun(run);
  await desk.attest(run);
  await desk.approve();
  await desk.promote();
  const policy = parse(await desk.read('gate/policy.yaml'));
  await desk.write('gate/policy.yaml', stringify({ ...policy, evidence: { maxAgeDays: 7 } }));
  return desk;
}

async function approve(desk: GateDesk, who: string, key = who) {
  return await desk.yard('gate', 'policy', 'approve', '--as', who, '--key', `${key}.key.pem`);
}

async function accept(desk: GateDesk, key = 'gate') {
  return await desk.yard('gate', 'policy', 'accept', '--key', `${key}.key.pem`);
}

t.test('people agree, and the gate accepts', async (t) => {
  const desk = await changed(t.testdir({}));
  await desk.addCandidate('1.0.1');
  const asked = await desk.check('1.0.1');
  t.equal(asked.exitCode, 3, 'nobody can tell');
  t.match(asked.stdout, /policy\.yaml: expected the policy \w{12}, which record 1 accepted/);
  t.match(
    (await desk.yard('gate', 'verify')).stdout,
    /✗ policy: \w{12}: policy\.yaml is \w{12}, and/,
  );
  const useless = await desk.approve();
  t.match(useless.stderr, /^yard: policy\.yaml is .*\[POLICY_NOT_ACCEPTED\]$/, 'of a release');
  const approved = await approve(desk, 'ben');
  t.match(approved.stdout, /^gate\/policy-approvals\/\w{12}-ben-\w{8}\.json$/, approved.stderr);
  const accepted = await accept(desk);
  t.match(
    accepted.stdout,
    /^the policy is accepted, approved by ben, record \w{12}$/,
    accepted.stderr,
  );
  t.notMatch((await desk.check('1.0.1')).stdout, /policy\.yaml/);
  const log = (await desk.yard('gate', 'log')).stdout;
  t.match(log, /^ +2 .* policy +\w{12} +is the policy now +by gate +\w{12}$/m);
  t.match((await desk.yard('gate', 'replay', '1')).stdout, /^the same, bit for bit/);
  const verified = await desk.yard('gate', 'verify');
  t.equal(verified.exitCode, 0, verified.stdout);
  t.match(verified.stdout, /✓ policy: \w{12}, accepted by record 2\n/);
  t.match(verified.stdout, /✓ record 2: policy of \w{12}\n/);
});

t.test('whoever may not, or has nothing to agree to, is told so', async (t) => {
  const desk = await changed(t.testdir({}));
  const refusals: readonly (readonly [() => ReturnType<typeof accept>, RegExp])[] = [
    [
      () => desk.promote(),
      /and record 1 accepted \w{12}; 1 of ben, ada sign .* \[POLICY_NOT_ACCEPTED\]/,
    ],
    [() => desk.check('1.0.0', '--key', 'gate.key.pem'), /or put .* \[POLICY_NOT_ACCEPTED\]/],
    [
      () => accept(desk),
      /needs 1 approvals of ben, ada; 0 are there; sign with .* \[NOT_APPROVED\]/,
    ],
    [() => accept(desk, 'ben'), /none of the policy's gate keys.* \[UNTRUSTED_KEY\]/],
    [() => approve(desk, 'lab'), /none of the policy's approvers.* \[UNTRUSTED_KEY\]/],
    [
      () => approve(desk, 'ada', 'ben'),
      /the key of ben, .* as ada; give --as ben.* \[NOT_YOUR_KEY\]/,
    ],
  ];
  for (const [act, message] of refusals) await refuses(t, act, message);
  await approve(desk, 'ada');
  await accept(desk);
  const same =
    /needs no consent: it is what record 2 accepted; change it first \[NOTHING_TO_ACCEPT\]/;
  await refuses(t, () => accept(desk), same);
  const fresh = await GateDesk.make(t.testdir({}));
  const empty = /the ledger is empty; its first record accepts it \[NOTHING_TO_ACCEPT\]/;
  await refuses(t, () => approve(fresh, 'ben'), empty);
});

async function refuses(t: Test, act: () => ReturnType<typeof accept>, message: RegExp) {
  const { exitCode, stderr } = await act();
  t.equal(exitCode, 2);
  t.match(stderr, message);
  t.match(stderr, /^yard: [^\n]*\]$/, 'one line with a code');
}
