/**
 * The report of an audit: the gate judges by it, and the command prints and writes it.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';
import { signReport } from '../../../harness/cli/audit/sign-report.js';
import { auditRelease } from '../../../images/audit/audit-release.js';
import { candidate } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import { board, key, pxe, sceneFor, version } from './audit-scene.js';

t.test('the gate takes the report', async (t) => {
  const scene = await sceneFor(t);
  const gate = await GateWorld.honest(t.testdir());
  const rule = async () => {
    const verdict = await gate.ask();
    return verdict.rules.find(({ kind }) => kind === 'completeness');
  };
  t.match(await rule(), { status: 'PASS' });
  scene.server.files.delete(`${board}/${pxe}`);
  const assets = await auditRelease(scene.request);
  // An hour before that world's now, and a day after the report that it has.
  const at = '2026-06-30T11:00:00.000Z';
  const shown = assets.map(({ name, problem }) => (problem ? { name, problem } : { name }));
  const report = { version: candidate('4230.1.0').version, at, assets: shown };
  const file = await signReport({
    report,
    assets,
    signer: gate.auditor,
    directory: gate.directory,
  });
  t.match(file, /assets\/4230\.1\.0-[0-9a-f]{8}\.json$/);
  t.match(await rule(), { status: 'FAIL' });
  t.match(JSON.stringify(await rule()), `amd64-usr/${pxe}`);
  const none = signReport({ report, assets: [], signer: gate.auditor, directory: gate.directory });
  await t.rejects(none, { code: 'NOTHING_TO_SIGN' });
  const { directory } = gate;
  const stranger = signReport({ report, assets, signer: gate.runner, directory });
  await t.rejects(stranger, { code: 'UNTRUSTED_KEY' });
});

t.test('the command', async (t) => {
  const { server } = await sceneFor(t);
  const directory = t.testdir({ 'key.asc': key.publicKey.armor() });
  const main = join(compiledRoot(), 'harness', 'cli', 'main.js');
  const yard = async (...args: readonly string[]) => {
    const options = ['--server', server.url, '--update-server', server.url, '--arch', 'amd64'];
    const keys = ['--key', join(directory, 'key.asc'), '--fingerprint', key.fingerprint];
    const argv = [main, 'images', 'audit', version, ...options, ...keys, ...args];
    const env = { XDG_CACHE_HOME: directory };
    return await execa('node', argv, { reject: false, env });
  };
  const output = join(directory, 'report.json');
  const { exitCode, stdout } = await yard('--json', '--output', output);
  t.equal(exitCode, 1, 'files of 200 bytes are no release');
  const report = JSON.parse(stdout);
  t.same(report, JSON.parse(await readFile(output, 'utf8')));
  t.match(report, { version, assets: [{ name: 'amd64-usr/version.txt' }] });
  const bad = report.assets.find(({ name }: { name: string }) => name.endsWith(pxe));
  t.match(bad, { problem: 'it has 200 bytes, expected 5242880 to 268435456' });
  const half = await yard('--gate', directory);
  t.equal(half.exitCode, 2);
  t.match(half.stderr, '--gate and --sign-key go together');
  const anybody = await yard('--gate', directory, '--sign-key', '/none');
  t.equal(anybody.exitCode, 2);
  t.match(
    anybody.stderr,
    /--gate needs --payload-key: .*; give the public key .*\[BAD_ARGUMENT\]$/,
  );
  const { stdout: told } = await yard();
  t.match(told, /^4593\.2\.5 is not complete: .*; who signed its payloads was not looked at\n/);
  for (const [args, line] of [
    [
      ['--payload-key', '/none'],
      /^yard: cannot read --payload-key \/none: .*; give .*\[BAD_KEY\]$/,
    ],
    [['--payload-key', join(directory, 'key.asc')], /^yard: key \S+key\.asc: .*; .*\[BAD_KEY\]$/],
    [['--output', '/none/x'], /^yard: cannot write --output \/none\/x: ENOENT.*\[BAD_OUTPUT\]$/m],
  ] as const) {
    const refused = await yard(...args);
    t.equal(refused.exitCode, 2, args.join(' '));
    t.match(refused.stderr, line);
    t.equal(refused.stdout, '');
  }
});
