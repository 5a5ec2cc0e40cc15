/**
 * Payloads: written and read again, checked by programs that share no code with ours, and with each
 * way to be wrong.
 */

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { HarnessError } from '../../../harness/base/errors.js';
import { compiledRoot } from '../../../harness/base/project-root.js';
import { nowhere } from '../../../images/payload/format.js';
import { decodeManifest, encodeManifest } from '../../../images/payload/manifest-codec.js';
import { readPayload } from '../../../images/payload/read-payload.js';
import { verifyPayload } from '../../../images/payload/verify-payload.js';
import { writePayload } from '../../../images/payload/write-payload.js';

const partitionBytes = 2.5 * 2 ** 20;
const kernelBytes = 1_234_567;

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });

interface Made {
  readonly path: string;
  readonly directory: string;
  readonly partition: Buffer;
  readonly kernel: Buffer;
}

async function make(t: Test, signed = true): Promise<Made> {
  const directory = t.testdir({});
  const [partition, kernel] = [randomBytes(partitionBytes), randomBytes(kernelBytes)];
  await writeFile(join(directory, 'partition'), partition);
  await writeFile(join(directory, 'kernel'), kernel);
  const path = join(directory, 'payload');
  const parts = { partition: join(directory, 'partition'), kernel: join(directory, 'kernel') };
  await writePayload(signed ? { ...parts, key: keys.privateKey } : parts, path);
  return { path, directory, partition, kernel };
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  return thrown instanceof HarnessError ? `${thrown.code}: ${thrown.message}` : 'nothing';
}

t.test('what was written is read', async (t) => {
  const { path } = await make(t);
  const { manifest, signatures, bytes } = await readPayload(path);
  t.equal(manifest.partition?.bytes, partitionBytes);
  t.same(
    manifest.operations.map(({ targets }) => targets),
    [
      [{ startBlock: 0, blocks: 256 }],
      [{ startBlock: 256, blocks: 256 }],
      [{ startBlock: 512, blocks: 128 }],
    ],
  );
  const [kernel] = manifest.procedures;
  t.match(kernel, { kind: 'kernel', target: { bytes: kernelBytes } });
  t.match(manifest.noOperations, [{ targets: [{ startBlock: nowhere }] }]);
  t.same(
    signatures.map(({ version, data }) => [version, data.length]),
    [[2, 256]],
  );
  t.ok(bytes > partitionBytes + kernelBytes);
});

t.test('it is sound, by the right key alone', async (t) => {
  const { path } = await make(t);
  const payload = await readPayload(path);
  t.same((await verifyPayload(payload)).problems, []);
  t.same((await verifyPayload(payload, keys.publicKey)).problems, []);
  const problems = ['its signature is not by this key'];
  t.same((await verifyPayload(payload, otherKeys.publicKey)).problems, problems);
});

t.test('sha256sum and openssl agree', async (t) => {
  const { path, directory } = await make(t);
  const payload = await readPayload(path);
  const { sha256, sha1 } = await verifyPayload(payload);
  t.equal((await execa('sha256sum', [path])).stdout.split(' ')[0], sha256);
  t.equal((await execa('sha1sum', [path])).stdout.split(' ')[0], sha1);
  const signed = (await readFile(path)).subarray(0, payload.signedBytes);
  await writeFile(join(directory, 'signed'), signed);
  await writeFile(join(directory, 'signature'), payload.signatures[0]?.data ?? '');
  const pem = keys.publicKey.export({ type: 'spki', format: 'pem' });
  await writeFile(join(directory, 'key.pem'), pem);
  const args = ['dgst', '-sha256', '-verify', 'key.pem', '-signature', 'signature', 'signed'];
  const { stdout } = await execa('openssl', args, { cwd: directory });
  t.equal(stdout, 'Verified OK');
});

t.test('an unsigned payload', async (t) => {
  const { path } = await make(t, false);
  const payload = await readPayload(path);
  t.same((await verifyPayload(payload)).problems, []);
  t.same((await verifyPayload(payload, keys.publicKey)).problems, ['it is not signed']);
});

t.test('a byte of the data is wrong', async (t) => {
  const { path } = await make(t);
  const bytes = await readFile(path);
  const { dataStart } = await readPayload(path);
  const at = dataStart + 2 ** 20 + 17;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
  const { problems } = await verifyPayload(await readPayload(path), keys.publicKey);
  t.same(problems, [
    'the data of operation 1 is not what the manifest says',
    'its signature is not by this key',
  ]);
});

t.test('files that are no payload', async (t) => {
  const { path, directory } = await make(t);
  const bytes = await readFile(path);
  const at = async (offset: number, patch: readonly number[]) => {
    const copy = Buffer.from(bytes);
    copy.set(patch, offset);
    const file = join(directory, 'bad');
    await writeFile(file, copy);
    return (await refusal(readPayload(file))).replace(directory, 'D');
  };
  t.equal(
    await at(0, [0x43, 0x72, 0x41, 0x56]),
    'NOT_A_PAYLOAD: payload D/bad: it begins with "CrAV" and not with "CrAU"',
  );
  t.equal(await at(11, [2]), 'NOT_A_PAYLOAD: payload D/bad: it is of version 2; only 1 is known');
  t.match(await at(12, [1]), /its manifest should have 720\d+ bytes, there is room for \d+$/);
  t.match(
    await at(20, [0xff, 0xff]),
    /^NOT_A_PAYLOAD: payload D\/bad: its manifest cannot be read/,
  );
  await truncate(path, bytes.length - 100);
  const cut = (await refusal(readPayload(path))).replace(directory, 'D');
  const expected = `its signatures should end at byte ${bytes.length}, the file has`;
  t.equal(cut, `NOT_A_PAYLOAD: payload D/payload: ${expected} ${bytes.length - 100} bytes`);
  const absent = await refusal(readPayload(join(directory, 'absent')));
  t.match(absent, /^NOT_A_PAYLOAD: payload .*: ENOENT/);
});

t.test('whatever the bytes, a manifest is read or refused', async (t) => {
  const { path } = await make(t);
  const { manifest } = await readPayload(path);
  const good = encodeManifest(manifest);
  t.same(decodeManifest(good), manifest);
  const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1 });
  fc.assert(
    fc.property(damage, (patches) => {
      const bytes = Uint8Array.from(good);
      for (const [index, value] of patches) bytes[index] = value;
      try {
        decodeManifest(bytes);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});

const main = join(compiledRoot(), 'harness', 'cli', 'main.js');

t.test('yard payload inspect', async (t) => {
  const { path, directory } = await make(t);
  const key = join(directory, 'key.pem');
  const other = join(directory, 'other.pem');
  await writeFile(key, keys.publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(other, otherKeys.publicKey.export({ type: 'spki', format: 'pem' }));
  const inspect = async (...options: readonly string[]) => {
    return await execa('node', [main, 'payload', 'inspect', path, ...options], { reject: false });
  };
  const good = await inspect('--key', key);
  t.equal(good.exitCode, 0);
  t.match(good.stdout, /partition: 2621440 bytes of 2621440 in the payload; 3 replace\n/);
  t.match(good.stdout, /kernel: 1234567 bytes of 1234567 in the payload; 2 replace\n/);
  t.match(good.stdout, / {2}✓ signed by the key; sound$/);
  const wrong = await inspect('--key', other, '--json');
  t.equal(wrong.exitCode, 1);
  t.match(JSON.parse(wrong.stdout), { schema: 1, problems: ['its signature is not by this key'] });
  const noKey = await inspect('--key', path);
  t.equal(noKey.exitCode, 2);
  t.match(noKey.stderr, /^yard: key .*: it is no public key in PEM/);
});
