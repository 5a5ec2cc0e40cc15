/**
 * The way of a release through the commands, each as a real process: from keys to a channel, and what
 * is proven of it afterwards.
 */

import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { failure } from '../../../results/support/events.js';
import { GateDesk, green, payloadSha256 } from './gate-desk.js';

const run = '20261101-101500-aaaa';

t.test('a release goes its way', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  const secret = await stat(join(desk.directory, 'lab.key.pem'));
  t.equal(secret.mode & 0o777, 0o600, 'a key is for its owner alone');
  const directory = await desk.addRun(run);

  const unproven = await desk.check();
  t.equal(unproven.exitCode, 3, 'nobody can tell');
  t.match(unproven.stdout, /INCONCLUSIVE +integrity.*\n.*expected fresh runs of the image abab/);

  const attested = await desk.attest(run);
  t.equal(attested.exitCode, 0, attested.stderr);
  t.match(attested.stdout, /gate\/runs\/lab-000001\.json\n.*: 2 cases, evidence for 1\.0\.0$/);
  const gone = await desk.yard('runs', 'gc', '--older-than', '0', '--runs', 'runs');
  t.match(gone.stdout, /nothing to remove/);
  t.ok(existsSync(directory), 'a run that is evidence stays');

  const waiting = await desk.check();
  t.equal(waiting.exitCode, 1);
  t.match(waiting.stdout, /PENDING +people +nobody has approved\n/);
  t.match(waiting.stdout, /^NEEDS APPROVAL/m);
  const approved = await desk.approve();
  t.equal(approved.exitCode, 0);
  t.match(approved.stdout, /^gate\/approvals\/1\.0\.0-alpha-ben-\w{8}\.json$/m);
  t.match(approved.stdout, /^approved: 1\.0\.0 to alpha, made by ada$/m);
  t.match(approved.stdout, `  amd64: image ${'ab'.repeat(32)}, payload ${payloadSha256}\n`);
  t.match(approved.stdout, /^ {2}1\.0\.0 in developer since 2026-01-02T03:04:05Z$/m);

  const ready = await desk.check('1.0.0', '--json');
  t.equal(ready.exitCode, 0, ready.stderr);
  t.match(JSON.parse(ready.stdout), { schema: 1, verdict: 'promote', to: 'alpha' });
  t.notOk(existsSync(join(desk.directory, 'gate/ledger.jsonl')), 'to ask changes nothing');

  const promoted = await desk.promote('1.0.0', '--expect', 'nothing');
  t.equal(promoted.exitCode, 0, promoted.stderr);
  t.match(promoted.stdout, /^PROMOTE .*\n(?:.*\n)*alpha has now 1\.0\.0, record [0-9a-f]{12}$/m);
  const again = await desk.promote();
  t.equal(again.exitCode, 0);
  t.match(again.stdout, /^alpha had already 1\.0\.0, record [0-9a-f]{12}$/);

  const log = await desk.yard('gate', 'log');
  t.match(log.stdout, /^ +1 .* promotion +1\.0\.0 +is in alpha now +by gate +[0-9a-f]{12}$/);
  const replayed = await desk.yard('gate', 'replay', '1');
  t.equal(replayed.stdout, 'the same, bit for bit: 1.0.0 to alpha, promote');
  const verified = await desk.yard('gate', 'verify', '--trust', 'gate.pub.pem');
  t.equal(verified.exitCode, 0, verified.stdout);
  t.match(verified.stdout, /✓ record 1: promotion of 1\.0\.0\n✓ channel alpha: 1\.0\.0$/);
  const board = await desk.yard('gate', 'board');
  t.equal(board.stdout, 'alpha    1.0.0, for 0 days');

  const { records } = JSON.parse((await desk.yard('gate', 'log', '--json')).stdout);
  t.match(records[0].predicate, {
    versions: { candidate: '1.0.0', previous: 'nothing', switchyard: String },
    runs: [{ run, runner: 'lab', sequence: 1 }],
    approvals: [{ approver: 'ben' }],
    canaries: [],
    waivers: [],
  });
  t.match(records[0].subjects, [
    { name: '1.0.0/amd64/image', sha256: 'ab'.repeat(32) },
    { name: '1.0.0/amd64/payload', sha256: payloadSha256 },
  ]);
});

t.test('a bad release is held, explained, revoked', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  const failed = [{ outcome: 'failed' as const, failure: failure({ message: 'no quorum' }) }];
  await desk.addRun(run, { cases: { ...green.cases, 'etcd/quorum': failed } });
  const page = join(desk.directory, 'runs', run, 'report.html');
  t.notOk(existsSync(page), 'a run has none of itself');
  await desk.attest(run);
  await desk.approve();
  const held = await desk.promote();
  t.equal(held.exitCode, 1);
  t.match(held.stdout, /FAIL +all .*\n.*etcd\/quorum on amd64, qemu, bios: expected passed/);
  t.match(held.stdout, /alpha does not get 1\.0\.0$/);
  t.notOk(existsSync(join(desk.directory, 'gate/channels/alpha')), 'the channel is as it was');
  const told = await desk.yard('gate', 'explain', '1.0.0', '--to', 'alpha');
  t.equal(told.exitCode, 1);
  t.match(told.stdout, 'first bad in 1.0.0; failed 1 of 1, 5 % to 100 %; signature ');
  t.match(told.stdout, `see ${run}/report.html#/case/1`);
  t.match(await desk.read(`runs/${run}/report.html`), 'etcd/quorum', 'the report is there');
  t.match((await desk.yard('gate', 'log')).stdout, /verdict +1\.0\.0 +alpha: hold/);
  t.match((await desk.yard('gate', 'board')).stdout, /^alpha +nothing\n +1\.0\.0 +hold: all FAIL$/);
  const reason = ['--reason', 'it loses its quorum', '--key', 'gate.key.pem'];
  t.match((await desk.yard('gate', 'revoke', '1.0.0', ...reason)).stdout, /1\.0\.0 is revoked/);
  t.match((await desk.promote()).stderr, /1\.0\.0 was revoked: it loses its quorum \[REVOKED\]/);
  t.equal((await desk.yard('gate', 'verify')).exitCode, 0);
});

t.test('what was changed afterwards does not verify', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  await desk.addRun(run);
  await desk.attest(run);
  await desk.approve();
  await desk.promote();
  const [inputs = ''] = (await readdir(join(desk.directory, 'gate/inputs'))).sort();
  const text = await desk.read(`gate/inputs/${inputs}`);
  await desk.write(
    `gate/inputs/${inputs}`,
    text.replace('"mode":"same-bytes"', '"mode":"rebuild"'),
  );
  const edited = await desk.yard('gate', 'verify');
  t.equal(edited.exitCode, 1);
  t.match(edited.stdout, /✗ record 1: .*inputs.* was changed$/m);
  await desk.write(`gate/inputs/${inputs}`, text);
  const stranger = await desk.yard('gate', 'verify', '--trust', 'ben.pub.pem');
  t.equal(stranger.exitCode, 1);
  t.match(
    stranger.stdout,
    /✗ .*signed by [0-9a-f]{16}, whom the policy does not name; list a key that is/,
  );
});
