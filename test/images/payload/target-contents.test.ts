/**
 * What the operations of a payload write: compressed by bzip2 and not, told from what the manifest
 * promises, and each way to contradict it.
 */

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { extractParts } from '../../../images/payload/extract-parts.js';
import type { Manifest, Operation } from '../../../images/payload/format.js';
import { readPayload } from '../../../images/payload/read-payload.js';
import { verifyPayload } from '../../../images/payload/verify-payload.js';
import { bzip2, type Contents, digestOf, type Packed, pack, writePacked } from './make-payload.js';

const contents: Contents = {
  // Compressible in one half, random in the other.
  partition: Buffer.concat([Buffer.alloc(32_768, 'switchyard'), randomBytes(16_384)]),
  kernel: randomBytes(10_000),
  chunkBytes: 16_384,
  kind: 'replace-bz',
};

async function report(t: Test, packed: Packed) {
  const path = join(t.testdir({}), 'payload');
  await writePacked(packed, path);
  const { problems, unverified } = await verifyPayload(await readPayload(path));
  return { problems, unverified };
}

function first({ manifest, data }: Packed, change: Partial<Operation>): Packed {
  const [operation, ...rest] = manifest.operations as [Operation, ...Operation[]];
  return { manifest: { ...manifest, operations: [{ ...operation, ...change }, ...rest] }, data };
}

const sound = { problems: [], unverified: [] };

t.test('data that bzip2 has compressed is taken apart again', async (t) => {
  for (const kind of ['replace', 'replace-bz'] as const) {
    const directory = t.testdir({});
    const packed = await pack({ ...contents, kind });
    t.strictSame(await report(t, packed), sound, kind);
    const path = join(directory, 'payload');
    await writePacked(packed, path);
    const [partition, kernel] = [join(directory, 'usr.img'), join(directory, 'vmlinuz')];
    await extractParts(await readPayload(path), { partition, kernel });
    t.ok((await readFile(partition)).equals(contents.partition));
    t.ok((await readFile(kernel)).equals(contents.kernel), 'without what fills its last block');
  }
});

t.test('operations may come in any order of the target', async (t) => {
  const { manifest, data } = await pack({ ...contents, kind: 'replace' });
  const { partition, chunkBytes } = contents;
  const [a, b, c] = [0, 1, 2].map((n) => partition.subarray(n * chunkBytes, (n + 1) * chunkBytes));
  const turned = Buffer.concat([b, c, a] as Buffer[]);
  const operations = manifest.operations.map((operation, n) => {
    return { ...operation, targets: [{ startBlock: ((n + 2) % 3) * 4, blocks: 4 }] };
  });
  const target = { bytes: turned.length, sha256: digestOf(turned) };
  const other = { manifest: { ...manifest, operations, partition: target }, data };
  t.strictSame(await report(t, other), sound);
});

t.test('what is written is not what was promised', async (t) => {
  const packed = await pack(contents);
  const { manifest, data } = packed;
  const stated = (change: Partial<Manifest>) => ({ manifest: { ...manifest, ...change }, data });
  const info = { bytes: contents.partition.length, sha256: randomBytes(32) };
  const wrong: readonly [Packed, string][] = [
    [stated({ partition: info }), 'what is written as partition is not what the manifest says'],
    [
      stated({ partition: { ...info, bytes: 4096 } }),
      'partition: the operations write 49152 bytes, the manifest says 4096',
    ],
    [
      stated({ partition: { ...info, bytes: 49_153 } }),
      'partition: the operations write 49152 bytes, the manifest says 49153',
    ],
    [
      first(packed, { targets: [{ startBlock: 1, blocks: 3 }] }),
      'partition: no operation writes byte 0',
    ],
    [
      first(packed, { targets: [{ startBlock: 0, blocks: 5 }] }),
      'partition: two operations write byte 16384',
    ],
    [
      first(packed, { targets: [{ startBlock: 2 ** 52, blocks: 4 }] }),
      /partition: an operation writes 16384 bytes at \d+ with \d+ of data/.source,
    ],
    [
      first(packed, { targets: [{ startBlock: 0, blocks: 5000 }] }),
      /partition: an operation writes 20480000 bytes at 0 with \d+ of data/.source,
    ],
  ];
  for (const [changed, problem] of wrong) {
    const { problems } = await report(t, changed);
    t.equal(problems.length, 1, problem);
    t.match(problems[0], new RegExp(`^${problem}$`));
  }
});

t.test('data that becomes something else than its place has room for', async (t) => {
  const packed = await pack(contents);
  const withData = async (part: Buffer) => {
    const [operation] = packed.manifest.operations as [Operation];
    const length = part.length - operation.dataBytes;
    const moved = <T extends Operation>(one: T): T => ({
      ...one,
      dataOffset: one.dataOffset + length,
    });
    const { operations, procedures } = packed.manifest;
    const manifest = {
      ...packed.manifest,
      operations: [
        { ...operation, dataBytes: part.length, dataSha256: digestOf(part) },
        ...operations.slice(1).map(moved),
      ],
      procedures: procedures.map((one) => ({ ...one, operations: one.operations.map(moved) })),
    };
    const data = Buffer.concat([part, packed.data.subarray(operation.dataBytes)]);
    return (await report(t, { manifest, data })).problems;
  };
  const what = 'partition: the data for byte 0';
  t.strictSame(await withData(randomBytes(300)), [`${what} is not compressed by bzip2`]);
  t.strictSame(await withData(await bzip2(Buffer.alloc(2 ** 27))), [
    `${what} becomes more than 16384 bytes`,
  ]);
  t.strictSame(await withData(await bzip2(Buffer.alloc(5000))), [
    `${what} becomes 5000 bytes, its place has 16384`,
  ]);
});

t.test('what cannot be told is said', async (t) => {
  const packed = await pack(contents);
  const { partition: _, ...manifest } = packed.manifest;
  t.strictSame(await report(t, { manifest, data: packed.data }), {
    problems: [],
    unverified: ['the manifest does not say what the partition becomes'],
  });
  t.strictSame(await report(t, first(packed, { kind: 'bsdiff' })), {
    problems: [],
    unverified: ['an operation of the partition is bsdiff with 1 targets'],
  });
  const cut = { manifest: packed.manifest, data: packed.data.subarray(0, -5000) };
  const { problems, unverified } = await report(t, cut);
  t.match(problems, [/^the data ends at byte \d+, the file has \d+ bytes$/]);
  t.strictSame(unverified, ['what the operations write, since their data is not sound']);
});

t.test('nothing is taken apart that is not what its manifest says', async (t) => {
  const directory = t.testdir({});
  const packed = await pack(contents);
  const path = join(directory, 'payload');
  const to = { partition: join(directory, 'usr.img'), kernel: join(directory, 'vmlinuz') };
  const refused = async (changed: Packed, code: string, message: RegExp) => {
    await writePacked(changed, path);
    const work = readPayload(path).then((payload) => extractParts(payload, to));
    await t.rejects(work, { code, kind: 'usage', message });
  };
  const [kernel] = packed.manifest.procedures;
  const other = { ...kernel, kind: 'kernel' as const, operations: kernel?.operations ?? [] };
  const target = { bytes: contents.kernel.length, sha256: randomBytes(32) };
  const manifest = { ...packed.manifest, procedures: [{ ...other, target }] };
  const { data } = packed;
  await refused({ manifest, data }, 'BAD_PAYLOAD', /its kernel is not what the manifest says/);
  const cut = { manifest: packed.manifest, data: data.subarray(0, -1) };
  await refused(cut, 'BAD_PAYLOAD', /kernel: the data for byte 0 cannot be read: the file ends/);
  const none = { manifest: { ...manifest, procedures: [] }, data };
  await refused(none, 'NOT_A_FULL_PAYLOAD', /it has no kernel/);
});
