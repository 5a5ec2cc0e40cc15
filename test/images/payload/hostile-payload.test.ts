/**
 * Files that are made to harm who reads them, and damage of every kind: each is refused with a named
 * error, and costs no more memory than a payload does.
 */

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { HarnessError, toError } from '../../../harness/base/errors.js';
import { compiledRoot } from '../../../harness/base/project-root.js';
import { extractParts } from '../../../images/payload/extract-parts.js';
import { encodeManifest } from '../../../images/payload/manifest-codec.js';
import { readPayload } from '../../../images/payload/read-payload.js';
import { readPublicKey, verifyPayload } from '../../../images/payload/verify-payload.js';
import { MessageWriter } from '../../../images/payload/wire-message.js';
import { writePayload } from '../../../images/payload/write-payload.js';
import { type Contents, pack, writePacked, writeRaw } from './make-payload.js';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

const small: Contents = {
  partition: Buffer.concat([Buffer.alloc(8192, 'a'), randomBytes(4096)]),
  kernel: randomBytes(5000),
  chunkBytes: 8192,
  kind: 'replace',
};

/** The code of the refusal; anything that is thrown and has none comes through. */
async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (thrown) {
    if (thrown instanceof HarnessError) return thrown.code;
    throw toError(thrown);
  }
}

/** Everything that is done with a payload, as far as it comes; what was found wrong with it. */
async function handle(path: string, to: string): Promise<readonly string[]> {
  let problems: readonly string[] = [];
  const code = await codeOf(
    readPayload(path).then(async (payload) => {
      ({ problems } = await verifyPayload(payload, keys.publicKey));
      await extractParts(payload, { partition: `${to}.partition`, kernel: `${to}.kernel` });
    }),
  );
  return code === undefined ? problems : [...problems, code];
}

t.test('what is no file is no payload', async (t) => {
  const directory = t.testdir({});
  const named = { code: 'NOT_A_PAYLOAD', message: /: it is no regular file$/ };
  await t.rejects(readPayload(directory), named);
  await t.rejects(readPayload('/dev/zero'), named);
});

t.test('more is claimed than a payload has', async (t) => {
  const path = join(t.testdir({}), 'payload');
  const { manifest, data } = await pack(small);
  const refused = async (message: RegExp) => {
    await t.rejects(readPayload(path), { code: 'NOT_A_PAYLOAD', message });
  };
  const claim = { signaturesOffset: data.length, signaturesBytes: 3.9e9 };
  await writePacked({ manifest: { ...manifest, ...claim }, data }, path);
  const size = (await readFile(path)).length + 3.9e9;
  await truncate(path, size);
  await refused(/signatures should have 3900000000 bytes; no payload has more than 65536$/);
  await writePacked({ manifest: { ...manifest, signaturesOffset: 5 }, data }, path);
  await refused(/says only half of where its signatures are$/);
  await writePacked({ manifest: { ...manifest, blockBytes: 0 }, data }, path);
  await refused(/its blocks have no size$/);
  await writeRaw(Buffer.alloc(9 * 2 ** 20), data, path);
  await refused(/its manifest should have 9437184 bytes, there is room for 8388608$/);
});

t.test('millions of entries are refused before they are made', async (t) => {
  const path = join(t.testdir({}), 'payload');
  for (const entry of [
    [0x0a, 0x02, 0x08, 0x00],
    [0x12, 0x02, 0x08, 0x00],
    [0x52, 0x00],
  ]) {
    await writeRaw(Buffer.alloc(8 * 2 ** 20, Buffer.from(entry)), Buffer.alloc(0), path);
    const message = /it has more than 65536 operations and targets$/;
    await t.rejects(readPayload(path), { code: 'NOT_A_PAYLOAD', message });
  }
});

t.test('numbers that a double cannot hold', async (t) => {
  const path = join(t.testdir({}), 'payload');
  const read = async (startBlock: bigint) => {
    const extent = new MessageWriter().uint64(1, startBlock).uint64(2, 1).finish();
    const operation = new MessageWriter().uint32(1, 0).each(6, [extent]).finish();
    await writeRaw(new MessageWriter().each(1, [operation]).finish(), Buffer.alloc(0), path);
    return (await readPayload(path)).manifest.operations[0]?.targets[0]?.startBlock;
  };
  t.equal(await read(2n ** 64n - 1n), -1, 'which is written nowhere');
  t.equal(await read(2n ** 53n - 1n), 2 ** 53 - 1);
  const named = { code: 'NOT_A_PAYLOAD', message: /a number is beyond 2\^53$/ };
  await t.rejects(read(2n ** 53n), named);
  await t.rejects(read(2n ** 64n - 5n), named);
});

t.test('keys that sign no payloads', (t) => {
  const pem = (key: ReturnType<typeof generateKeyPairSync>['publicKey']) => {
    return key.export({ type: 'spki', format: 'pem' }).toString();
  };
  const message = /^key k: it is of type (ed25519|x25519); payloads are signed by RSA$/;
  for (const { publicKey } of [generateKeyPairSync('ed25519'), generateKeyPairSync('x25519')]) {
    t.throws(() => readPublicKey(pem(publicKey), 'k'), { code: 'BAD_KEY', message });
  }
  t.equal(readPublicKey(pem(keys.publicKey), 'k').asymmetricKeyType, 'rsa');
  t.end();
});

t.test('yard payload inspect never reports a fault of its own', async (t) => {
  const directory = t.testdir({});
  const main = join(compiledRoot(), 'harness', 'cli', 'main.js');
  const inspect = async (...argv: readonly string[]) => {
    const options = { reject: false } as const;
    const { exitCode, stdout, stderr } = await execa(
      'node',
      [main, 'payload', 'inspect', ...argv],
      options,
    );
    return { exitCode, stdout, stderr };
  };
  const path = join(directory, 'payload');
  const { manifest, data } = await pack(small);
  await writePacked({ manifest, data }, path);
  const good = await inspect(path);
  t.equal(good.exitCode, 0);
  t.match(good.stdout, / {2}✓ sound; give --key to check who signed it$/);
  await truncate(path, (await readFile(path)).length / 2);
  const cut = await inspect(path, '--json');
  t.equal(cut.exitCode, 1);
  t.match(JSON.parse(cut.stdout), {
    problems: [/^the data ends at byte/],
    unverified: ['what the operations write, since their data is not sound'],
  });
  const { partition: _, ...silent } = manifest;
  await writePacked({ manifest: silent, data }, path);
  const untold = await inspect(path);
  t.equal(untold.exitCode, 0);
  t.match(untold.stdout, /\? not verified: the manifest does not say what the partition becomes/);
  t.match(untold.stdout, /✓ nothing is wrong with what could be verified; give --key/);
  const folder = await inspect(directory);
  t.equal(folder.exitCode, 2);
  t.match(folder.stderr, /it is no regular file/);
  const key = join(directory, 'key.pem');
  const { publicKey } = generateKeyPairSync('ed25519');
  await writeFile(key, publicKey.export({ type: 'spki', format: 'pem' }));
  t.equal((await inspect(path, '--key', key)).exitCode, 2);
});

/** Patches of single bytes, and where the file ends, as a fraction. */
const damage = fc.record({
  patches: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
    maxLength: 6,
  }),
  end: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
});

function spoil(
  good: Buffer,
  { patches, end }: typeof damage extends fc.Arbitrary<infer T> ? T : never,
) {
  const bytes = Buffer.from(good.subarray(0, Math.floor(good.length * end)));
  for (const [at, value] of patches) {
    if (bytes.length > 0) bytes[Math.min(bytes.length - 1, Math.floor(at * bytes.length))] = value;
  }
  return bytes;
}

async function goodPayload(t: Test, kind: 'replace' | 'replace-bz' | 'signed'): Promise<Buffer> {
  const directory = t.testdir({});
  const path = join(directory, 'payload');
  if (kind !== 'signed') {
    await writePacked(await pack({ ...small, kind }), path);
    return await readFile(path);
  }
  const [partition, kernel] = [join(directory, 'usr'), join(directory, 'kernel')];
  await writeFile(partition, small.partition);
  await writeFile(kernel, small.kernel);
  await writePayload({ partition, kernel, key: keys.privateKey }, path);
  return await readFile(path);
}

/** Of the process; what a hostile payload may cost on top of what the tests need. */
const mostGrowthKib = 200 * 1024;

t.test('whatever is wrong with a payload has a name, and costs no memory', async (t) => {
  const before = process.resourceUsage().maxRSS;
  for (const [kind, numRuns] of [
    ['replace', 150],
    ['signed', 150],
    // Each run starts some processes.
    ['replace-bz', 40],
  ] as const) {
    const good = await goodPayload(t, kind);
    const path = join(t.testdir({}), 'damaged');
    const property = fc.asyncProperty(damage, async (what) => {
      const bytes = spoil(good, what);
      await writeFile(path, bytes);
      const found = await handle(path, path);
      const same = bytes.equals(good);
      if (kind === 'signed') return same === (found.length === 0);
      // That it is not signed is the least that is said.
      return found.length > 0;
    });
    await fc.assert(property, { numRuns });
  }
  const growth = process.resourceUsage().maxRSS - before;
  t.ok(growth < mostGrowthKib, `it took ${growth} KiB`);
});

t.test('a manifest of any bytes is read or refused', async (t) => {
  const path = join(t.testdir({}), 'payload');
  const { manifest, data } = await pack(small);
  const good = Buffer.from(encodeManifest(manifest));
  const property = fc.asyncProperty(
    fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      damage.map((what) => spoil(good, what)),
    ),
    async (bytes) => {
      await writeRaw(bytes, data, path);
      await handle(path, path);
    },
  );
  await fc.assert(property, { numRuns: 300 });
});
