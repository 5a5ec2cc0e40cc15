/**
 * What is there before and beside a verdict: a new gate, the history, the site.
 */

import t from 'tap';
import { GateDesk } from './gate-desk.js';

const run = '20261101-101500-aaaa';

t.test('init writes a policy that holds, over the suites that there are', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  const keys = ['--runner', 'lab=lab.pub.pem', '--gate', 'gate=gate.pub.pem'];
  const made = await desk.yard('gate', 'init', 'new', ...keys, '--approver', 'ben=ben.pub.pem');
  t.equal(made.exitCode, 0, made.stderr);
  t.same(made.stderr.split('\n'), [
    'yard: nobody may sign audits: add one to trust.auditors, or take the rule out',
    'yard: nobody reports on canaries: add one to trust.canaries, or take the rule out',
    'yard: 1 may approve, and stable wants 2 who did not make the release: add to trust.approvers, or want fewer',
    'yard: a candidate’s author is whom its file names, and nobody signs for that: list who makes releases in trust.authors',
  ]);
  const authors = ['--approver', 'ben=ben.pub.pem', '--author', 'ben=ben.pub.pem'];
  const known = await desk.yard('gate', 'init', 'other', ...keys, ...authors);
  t.notMatch(known.stderr, 'trust.authors', known.stderr);
  t.match(await desk.read('other/policy.yaml'), /^ {2}authors:\n {4}- name: ben$/m);
  const { stdout } = await desk.yard('gate', 'inventory', '--directory', 'new');
  const [digest = '', count = ''] = stdout.split(/ {2}|\n/);
  t.match(await desk.read('new/policy.yaml'), `digest: ${digest}\n`);
  const suites = JSON.parse(await desk.read('new/inventory.json')) as string[];
  t.equal(count, `${suites.length} suites`);
  t.ok(suites.includes('boot/uefi'));
  const board = await desk.yard('gate', 'board', '--directory', 'new');
  t.equal(board.stdout, 'alpha    nothing\nbeta     nothing\nstable   nothing\nlts      nothing');
  const twice = await desk.yard('gate', 'init', 'new', ...keys);
  t.match(twice.stderr, /policy\.yaml: it is there already, and stays as it is \[OUTPUT_FAILED\]/);
});

t.test('the history of the stored runs, and the site with the channels', async (t) => {
  const desk = await GateDesk.make(t.testdir({}));
  await desk.addRun(run);
  await desk.addRun('20261102-101500-bbbb');
  await desk.attest(run, '--all');
  const made = await desk.yard('gate', 'history', '--runs', 'runs', '--key', 'lab.key.pem');
  t.match(made.stdout, /gate\/history\.json\n4 entries of 90 days/);
  t.equal((await desk.check()).exitCode, 1, 'it is read, and people are still missing');
  const site = await desk.yard(
    'site',
    'site',
    '--runs',
    'runs',
    '--gate',
    'gate',
    '--reports',
    '0',
  );
  t.equal(site.exitCode, 0, site.stderr);
  t.match(await desk.read('site/index.html'), /1\.0\.0<\/span> needs-approval: people PENDING/);
});
