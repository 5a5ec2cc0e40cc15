/**
 * `yard gate canary`, `report` and `payload`, and channels of Nebraska: through the command line what
 * must come out of it, and by the commands themselves what they refuse.
 */

import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';
import {
  type CanaryOptions,
  canaryCommand,
  payloadsCommand,
  type ReportOptions,
  reportProblemCommand,
} from '../../../harness/cli/commands/gate-field.js';
import { describeError, exitCodeOfError } from '../../../harness/cli/exit.js';
import { openGate } from '../../../harness/cli/open-gate.js';
import { candidate } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import { NebraskaStandIn } from '../../support/nebraska-stand-in.js';

const main = join(compiledRoot(), 'harness', 'cli', 'main.js');

async function yard(...argv: readonly string[]) {
  const { exitCode, stdout, stderr } = await execa('node', [main, ...argv], { reject: false });
  return { exitCode, stdout, stderr };
}

/** What the user sees of an error: one line, after this exit status. */
async function refusal(work: Promise<unknown>): Promise<readonly [number, string]> {
  try {
    await work;
  } catch (thrown) {
    return [exitCodeOfError(thrown), describeError(thrown)];
  }
  return [0, ''];
}

/** A gate whose policy believes keys that lie in files, each by its owner's name. */
async function gateWithKeys(t: Test) {
  const root = t.testdir({});
  await Promise.all(['eve', 'field'].map((name) => yard('gate', 'keygen', name, '--output', root)));
  const key = async (name: string) => {
    return { name, key: await readFile(join(root, `${name}.pub.pem`), 'utf8') };
  };
  const directory = join(root, 'gate');
  const world = await GateWorld.make(directory);
  const { trust, ...policy } = world.policy() as { readonly trust: object };
  const own = { reporters: [await key('eve')], canaries: [await key('field')] };
  await world.changePolicy({ ...policy, trust: { ...trust, ...own } });
  const gate = async (command: string, ...argv: readonly string[]) => {
    return await yard('gate', command, ...argv, '--directory', directory);
  };
  return { root, directory, world, gate, keyOf: (name: string) => join(root, `${name}.key.pem`) };
}

t.test('a person reports a problem, and takes it back', async (t) => {
  const { directory, gate, keyOf } = await gateWithKeys(t);
  const as = ['--as', 'eve', '--key', keyOf('eve')];
  const problem = await gate('report', '4230.1.0', '--problem', 'no network', ...as);
  t.match(problem, { exitCode: 0, stdout: join(directory, 'reports/eve-000001.json') });
  const held = await gate('check', '4230.1.0', '--to', 'beta');
  t.match(held.stdout, /FAIL +reports +0 say it is well, 1 have problems/);
  t.match(held.stdout, /eve on 4230\.1\.0: expected no problem, seen no network/);
  t.equal((await gate('report', '4230.1.0', '--ok', ...as)).exitCode, 0);
  const free = await gate('check', '4230.1.0', '--to', 'beta');
  t.match(free.stdout, /PASS +reports +1 say it is well, 0 have problems/);
});

t.test('reports that are none', async (t) => {
  const { directory, keyOf } = await gateWithKeys(t);
  const own: ReportOptions = { directory, as: 'eve', key: [keyOf('eve')] };
  const refuses = async (options: ReportOptions, line: RegExp, version = '4230.1.0') => {
    const [status, told] = await refusal(reportProblemCommand(version, options));
    t.equal(status, 2);
    t.match(told, line);
    t.notMatch(told, '\n', 'one line');
  };
  const both = /^yard: give --ok or --problem TEXT, one of them, with words \[OK_OR_PROBLEM\]$/;
  await refuses(own, both);
  await refuses({ ...own, ok: true, problem: 'x' }, both);
  await refuses({ ...own, problem: ' ' }, both);
  await refuses({ ...own, ok: true }, /\[UNKNOWN_CANDIDATE\]$/, '1.1.0');
  await refuses({ ...own, ok: true, key: [keyOf('field')] }, /\[UNTRUSTED_KEY\]$/);
  await refuses({ ...own, ok: true, as: 'max' }, /max is none of them; add .*\[UNTRUSTED_KEY\]$/);
  const two = [keyOf('eve'), keyOf('field')];
  await refuses({ ...own, ok: true, key: two }, /give --key once; 2 were given \[ONE_KEY\]$/);
  await refuses({ ...own, ok: true, directory: `${directory}x` }, /\[NO_GATE\]$/);
  t.notOk((await readdir(directory)).includes('reports'), 'nothing was written');
});

t.test('canaries of a Nebraska instance are signed evidence', async (t) => {
  const { root, gate, keyOf } = await gateWithKeys(t);
  await using server = await NebraskaStandIn.open();
  server.token = 'abc';
  const lastCheck = new Date().toISOString();
  server.instances.push({ id: 'a', version: '4230.1.0', lastCheck });
  await writeFile(join(root, 'token'), 'abc\n');
  const place = ['--nebraska', server.url, '--app', server.app, '--token', join(root, 'token')];
  const which = ['--group', server.group, '--baseline', '4152.1.0'];
  const { exitCode, stdout, stderr } = await gate(
    'canary',
    ...['4230.1.0', ...place, ...which, '--key', keyOf('field')],
  );
  t.equal(exitCode, 0, stderr);
  t.match(JSON.parse(stdout), { version: '4230.1.0', instances: 1, failed: 0 });
  const checked = await gate('check', '4230.1.0', '--to', 'beta');
  t.match(checked.stdout, /INCONCLUSIVE canary +0 of 1 machines failed/, 'the gate believes it');
});

t.test('canaries that nobody can ask', async (t) => {
  const { root, keyOf, directory, world } = await gateWithKeys(t);
  const refuses = async (options: Partial<CanaryOptions>, line: RegExp, wanted = 2) => {
    const [status, told] = await refusal(canaryCommand('4230.1.0', { directory, ...options }));
    t.equal(status, wanted);
    t.match(told, line);
    t.notMatch(told, '\n', 'one line');
  };
  const one = /^yard: give --run RUN or --nebraska URL, one of them \[ONE_SOURCE\]$/;
  await refuses({}, one);
  await refuses({ run: 'latest', nebraska: 'https://x.example' }, one);
  await refuses({ run: 'latest', runs: root }, /there is no run latest .*\[UNKNOWN_RUN\]$/);
  const url = { nebraska: 'https://x.example' };
  await refuses(url, /which machines of https:\/\/x\.example\? give --group ID and --baseline/);
  const group = { group: 'g', baseline: '4152.1.0' };
  await refuses(
    { ...url, ...group },
    /which application of .*\? give --app ID \[MISSING_OPTION\]$/,
  );
  const app = { ...group, app: 'a' };
  await refuses({ ...url, ...app, token: join(root, 'none') }, /\[BAD_TOKEN\]$/);
  await refuses({ nebraska: 'x', ...app }, /--nebraska x: it is no URL; give .*\[BAD_URL\]$/);
  await using server = await NebraskaStandIn.open();
  server.fault = (_, response) => {
    response.writeHead(503).end();
    return true;
  };
  const broken = { nebraska: server.url, ...app };
  await refuses(broken, /it answers 503; try again \[NEBRASKA_FAILED\]$/, 3);
  server.fault = undefined;
  server.instances.push({ id: 'a', version: '4230.1.0', lastCheck: new Date().toISOString() });
  const own = { nebraska: server.url, app: server.app, group: server.group, baseline: '4152.1.0' };
  const stranger = { ...own, key: [keyOf('eve')] };
  await refuses(
    stranger,
    /is of none of the policy's canaries, who are field .*\[UNTRUSTED_KEY\]$/,
  );
  const [image] = candidate('4230.1.0').images;
  if (image === undefined) throw new Error('it has an image');
  const images = [image, { ...image, arch: 'arm64' }];
  await world.addCandidate(candidate('4230.1.0', { images }));
  const field = { ...own, key: [keyOf('field')] };
  const which = /4230\.1\.0 is for amd64, arm64; give --arch, .* \[MISSING_OPTION\]$/;
  await refuses(field, which);
  await refuses({ ...field, arch: 'riscv64' }, which);
  t.notOk((await readdir(directory)).includes('canaries'), 'nothing was written');
});

t.test('payloads are kept beside channels', async (t) => {
  const { root, gate, directory } = await gateWithKeys(t);
  const file = join(root, 'update.gz');
  await writeFile(file, 'payload');
  const digest = createHash('sha256').update('payload').digest('hex');
  t.match(await gate('payload', file), { exitCode: 0, stdout: `${digest}  ${file}` });
  t.ok((await readdir(join(directory, 'channels/payloads'))).includes(digest));
  const [status, told] = await refusal(payloadsCommand([join(root, 'none')], { directory }));
  t.equal(status, 2);
  t.match(told, /^yard: cannot keep the payload .*ENOENT.* \[PAYLOAD_UNREADABLE\]$/);
});

t.test('a gate may be in charge of the channels of a Nebraska instance', async (t) => {
  const { root, directory } = await gateWithKeys(t);
  await using server = await NebraskaStandIn.open();
  const { signal } = new AbortController();
  const place = { directory, nebraska: server.url, app: server.app };
  const [, both] = await refusal(openGate({ ...place, channels: root }, { signal }));
  t.match(both, /give --channels DIR or --nebraska URL, one of them \[ONE_SOURCE\]$/);
  const [image] = candidate('4230.1.0').images;
  if (image === undefined) throw new Error('it has an image');
  server.channels.push({ id: 'beta', name: 'beta', arch: 1, package: null });
  server.packages.push({ id: 'p', version: '4230.1.0', arch: 1, sha256: image.payloadSha256 });
  const { publisher } = await openGate(place, { signal });
  const record = { payloadType: 'x', payload: 'e30=', signatures: [{ keyid: 'k', sig: 'AAAA' }] };
  const release = { version: '4230.1.0', images: [image] };
  await publisher.publish('beta', { release, record, replaces: undefined });
  t.equal(server.channels[0]?.package, 'p');
  t.same(await readdir(join(directory, 'records/beta')), ['4230.1.0.json']);
});
