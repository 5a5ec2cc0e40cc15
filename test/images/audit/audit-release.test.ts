/**
 * Release completeness against a server on this host: a whole release, and every way in which one can
 * lack something. Sizes are those of small files; everything else is the real table.
 */

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';
import { signReport } from '../../../harness/cli/audit/sign-report.js';
import { type AuditRequest, auditRelease } from '../../../images/audit/audit-release.js';
import { assetsOf, documentedAssets } from '../../../images/audit/documented-assets.js';
import { HttpClient } from '../../../images/fetch/http-client.js';
import { openKeyring } from '../../../images/fetch/keyring.js';
import { ReleaseServer } from '../../../images/fetch/release-server.js';
import { writePayload } from '../../../images/payload/write-payload.js';
import { candidate } from '../../support/gate-values.js';
import { GateWorld } from '../../support/gate-world.js';
import {
  detachedSignature,
  FileServer,
  makeKey,
  SignedFiles,
  shortLimits,
} from '../../support/release-world.js';

const version = '4593.2.5';
const release = { version, arch: 'amd64' } as const;
const board = `/amd64-usr/${version}`;
const smallTable = documentedAssets.map((one) => ({ ...one, leastBytes: 64, mostBytes: 2 ** 22 }));
const pxe = 'flatcar_production_pxe.vmlinuz';
const updateName = 'flatcar_production_update.gz';
const key = await makeKey();
const payloadKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });

async function makePayload(directory: string): Promise<Buffer> {
  const [partition, kernel] = [join(directory, 'partition'), join(directory, 'kernel')];
  await writeFile(partition, randomBytes(2 ** 20));
  await writeFile(kernel, randomBytes(10_000));
  const path = join(directory, 'payload');
  await writePayload({ partition, kernel, key: payloadKeys.privateKey }, path);
  return await readFile(path);
}

const payload = await makePayload(t.testdir());
const files = new SignedFiles(key);
for (const asset of assetsOf(documentedAssets, release)) {
  const [name = ''] = asset.names;
  const path = `${board}/${name}`;
  if (asset.signed === 'payload') files.map.set(path, payload);
  else if (name !== 'version.txt') await files.add(path, randomBytes(200));
}
await files.add(
  `${board}/version.txt`,
  Buffer.from(`FLATCAR_VERSION=${version}\nFLATCAR_VERSION_ID=${version}\nFLATCAR_BUILD_ID=x\n`),
);

interface Scene {
  readonly server: FileServer;
  readonly request: AuditRequest;
}

async function sceneFor(t: Test): Promise<Scene> {
  const server = await FileServer.start();
  for (const [path, bytes] of files.map) server.files.set(path, bytes);
  const file = join(t.testdir({ 'key.asc': key.publicKey.armor() }), 'key.asc');
  const keyring = await openKeyring({ files: [file], fingerprints: [key.fingerprint] });
  const client = new HttpClient({ followHosts: [], limits: shortLimits });
  t.teardown(async () => {
    await client[Symbol.asyncDispose]();
    await server.close();
  });
  const context = { client, log: () => undefined, signal: new AbortController().signal };
  const directory = new ReleaseServer([`${server.url}${board}`], context);
  const payloadKey = payloadKeys.publicKey;
  return {
    server,
    request: {
      ...release,
      server: directory,
      updateServer: directory,
      keyring,
      allowExpiredKey: false,
      payloadKey,
      assets: smallTable,
    },
  };
}

async function problems({ request }: Scene): Promise<readonly string[]> {
  const found = await auditRelease(request);
  return found.flatMap(({ name, problem }) => (problem ? [`${name}: ${problem}`] : []));
}

t.test('a release that is whole', async (t) => {
  const scene = await sceneFor(t);
  const found = await auditRelease(scene.request);
  t.same(
    found.filter(({ problem }) => problem !== undefined),
    [],
  );
  t.equal(found.length, assetsOf(documentedAssets, release).length);
  t.ok(found.length > 30);
  t.ok(found.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256 ?? '')));
  t.match(
    found.map(({ name }) => name),
    [`amd64-usr/version.txt`],
  );
});

t.test('what is wrong with one file', async (t) => {
  const scene = await sceneFor(t);
  const { files: served } = scene.server;
  const path = `${board}/${pxe}`;
  const otherSignature = await detachedSignature(Buffer.from('other'), key);
  const foreign = new SignedFiles(await makeKey());
  await foreign.add(path, files.map.get(path) ?? Buffer.alloc(0));
  const table: readonly [string, () => void, RegExp][] = [
    ['is missing', () => served.delete(path), /pxe\.vmlinuz: it is not there$/],
    ['has no signature', () => served.delete(`${path}.sig`), /pxe\.vmlinuz\.sig is not there/],
    ['has no digests', () => served.delete(`${path}.DIGESTS`), /\.DIGESTS is not there/],
    [
      'has neither',
      () => [served.delete(`${path}.DIGESTS`), served.delete(`${path}.sig`)],
      /it has neither \.sig nor \.DIGESTS/,
    ],
    [
      'has unsigned digests',
      () => [served.delete(`${path}.DIGESTS.sig`), served.delete(`${path}.DIGESTS.asc`)],
      /its \.DIGESTS is not signed/,
    ],
    ['is another', () => served.set(path, randomBytes(200)), /its SHA-512 is .*, \.DIGESTS has/],
    ['is badly signed', () => served.set(`${path}.sig`, otherSignature), /does not hold/],
    [
      'is signed by somebody',
      () => foreign.map.forEach((bytes, name) => void served.set(name, bytes)),
      /it is signed by key .*, expected a key of/,
    ],
  ];
  for (const [title, spoil, expected] of table) {
    for (const [name, bytes] of files.map) served.set(name, bytes);
    spoil();
    const found = await problems(scene);
    t.equal(found.length, 1, title);
    t.match(found[0], expected, title);
    t.match(found[0], 'amd64-usr/flatcar_production_pxe.vmlinuz: ', title);
  }
});

t.test('sizes', async (t) => {
  const scene = await sceneFor(t);
  const signed = new SignedFiles(key);
  await signed.add(`${board}/${pxe}`, Buffer.alloc(10));
  for (const [name, bytes] of signed.map) scene.server.files.set(name, bytes);
  t.match(await problems(scene), [/it has 10 bytes, expected 64 to 4194304/]);
});

t.test('payloads', async (t) => {
  const scene = await sceneFor(t);
  const { files: served } = scene.server;
  const path = `${board}/${updateName}`;
  const damaged = Buffer.from(payload);
  damaged[200_000] = (damaged[200_000] ?? 0) ^ 1;
  for (const [bytes, expected] of [
    [undefined, /update\.gz: it is not there/],
    [randomBytes(5_000), /update\.gz: payload the file: /],
    [damaged, /update\.gz: /],
  ] as const) {
    if (bytes === undefined) served.delete(path);
    else served.set(path, bytes);
    const found = await problems(scene);
    t.match(found, [expected]);
    t.equal(found.length, 1);
  }
  served.set(path, payload);
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const found = await problems({ ...scene, request: { ...scene.request, payloadKey: other } });
  t.match(found[0], 'its signature is not by this key');
});

t.test('a server that fails says nothing about the release', async (t) => {
  const scene = await sceneFor(t);
  scene.server.faults.set(`${board}/${pxe}`, (_request, response) => {
    response.writeHead(500).end();
    return true;
  });
  await t.rejects(auditRelease(scene.request), { code: 'SERVER_ERROR', kind: 'infrastructure' });
});

t.test('what belongs to which release', async (t) => {
  const names = (asked: Parameters<typeof assetsOf>[1]) =>
    assetsOf(documentedAssets, asked).map(({ names: [name] }) => name);
  t.ok(names(release).includes('flatcar_production_qemu_image.img'));
  t.notOk(names({ version, arch: 'arm64' }).includes('flatcar_production_qemu_image.img'));
  t.ok(names(release).includes('flatcar-overlaybd.gz'));
  t.notOk(names({ version: '4081.3.1', arch: 'amd64' }).includes('flatcar-overlaybd.gz'));
  t.ok(documentedAssets.every(({ source, names }) => source !== '' && names.length > 0));
});

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
