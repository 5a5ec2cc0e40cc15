/**
 * What is given beside the image: an artifact and a release, and a message for each way to be wrong.
 */

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { checkGivenParts, withGivenParts } from '../../../harness/cli/given-parts.js';
import type { Image } from '../../../harness/model/image.js';
import { writePayload } from '../../../images/payload/write-payload.js';
import { fakeDescriptor } from '../../support/fixtures.js';

const { signal } = new AbortController();
const image: Image = { directory: '/nowhere', descriptor: fakeDescriptor() };
const nothing = { artifacts: [], releases: [] };

process.env['XDG_CACHE_HOME'] = t.testdir({});

function listing(contents: string, other: object = {}) {
  const sha256 = createHash('sha256').update(contents).digest('hex');
  const one = { file: 'a.raw', name: 'tool', type: 'sysext', sizeBytes: contents.length, sha256 };
  return { name: 'tools', version: '1', files: [{ ...one, ...other }] };
}

async function artifact(t: Test, list: unknown, contents = 'hello'): Promise<string> {
  return await artifactIn(t.testdir({}), list, contents);
}

async function artifactIn(parent: string, list: unknown, contents = 'hello'): Promise<string> {
  const directory = join(parent, 'tools');
  await mkdir(directory);
  await writeFile(join(directory, 'a.raw'), contents);
  await writeFile(join(directory, 'artifact.json'), JSON.stringify(list));
  return directory;
}

async function withArtifacts(...artifacts: string[]): Promise<Image> {
  return await withGivenParts(image, { ...nothing, artifacts }, signal);
}

t.test('an artifact becomes a capability and extras', async (t) => {
  const directory = await artifact(t, listing('hello'));
  const { descriptor } = await withArtifacts(`tools=${directory}`);
  t.ok(descriptor.capabilities.includes('artifact:tools'));
  t.match(descriptor.extras.at(-1), { name: 'tool', file: join(directory, 'a.raw') });
});

t.test('an artifact that is wrong is refused, with what is wrong', async (t) => {
  const wrong: readonly [unknown, string, RegExp][] = [
    [listing('other'), 'tools', /expected sha256 \w+, the file has/],
    [listing('hello!'), 'tools', /a\.raw should have 6 bytes and has 5; see docs\/artifacts\.md/],
    [listing('hello', { file: 'b.raw' }), 'tools', /b\.raw is missing/],
    [listing('hello', { file: '../a.raw' }), 'tools', /files\.0\.file: must lie in the directory/],
    [{ name: 'tools', files: [] }, 'tools', /artifact\.json is not valid: version: .*files: /],
    [listing('hello'), 'others', /is the artifact tools; give tools=DIR/],
  ];
  for (const [list, name, message] of wrong) {
    const directory = await artifact(t, list);
    await t.rejects(withArtifacts(`${name}=${directory}`), { kind: 'usage', message });
  }
  await t.rejects(withArtifacts('tools'), { code: 'BAD_ARTIFACT', message: /give NAME=DIR/ });
  const none = { code: 'BAD_ARTIFACT', message: /artifact\.json cannot be read: ENOENT/ };
  await t.rejects(withArtifacts('tools=/nowhere'), none);
});

t.test('a release is read from its payload', async (t) => {
  const directory = t.testdir({});
  const [partition, kernel, path] = ['usr', 'kernel', 'payload'].map((name) => {
    return join(directory, name);
  }) as [string, string, string];
  const bytes = randomBytes(10_000);
  bytes.write('ab'.repeat(32), 64, 'latin1');
  await writeFile(partition, randomBytes(2 ** 20));
  await writeFile(kernel, bytes);
  const written = await writePayload({ partition, kernel }, path);
  const releases = [`next=4230.1.0+x:${path}`];
  const given = await withGivenParts(image, { ...nothing, releases }, signal);
  t.ok(given.descriptor.capabilities.includes('release:next'));
  t.same(given.releases?.get('next'), {
    name: 'next',
    version: '4230.1.0+x',
    payload: { ...written, path, signatureBytes: 0 },
    usrHash: 'ab'.repeat(32),
    kernelSha256: createHash('sha256').update(bytes).digest('hex'),
  });
  const oem = join(directory, 'oem-qemu.gz');
  await writeFile(oem, 'oem');
  const withOem = [`next=1.0:${path},${oem}`];
  const { releases: more } = await withGivenParts(image, { ...nothing, releases: withOem }, signal);
  const digest = (name: string) => createHash(name).update('oem').digest('hex');
  const digests = { sha256: digest('sha256'), sha1: digest('sha1') };
  t.same(more?.get('next')?.packages, [{ name: 'oem-qemu.gz', path: oem, bytes: 3, ...digests }]);
  for (const [packages, message] of [
    [`${oem},${oem}`, /two packages named oem-qemu\.gz/],
    [`${oem}.gone`, /cannot read a package: ENOENT/],
  ] as const) {
    const wrong = { ...nothing, releases: [`next=1.0:${path},${packages}`] };
    await t.rejects(withGivenParts(image, wrong, signal), { code: 'BAD_RELEASE', message });
  }
});

/** A payload whose kernel has a root hash at this offset. */
async function payloadWithHash(t: Test, offset: number, hash = 'ab'.repeat(32)): Promise<string> {
  const directory = t.testdir({});
  const path = join(directory, 'payload');
  const kernel = Buffer.alloc(10_000);
  kernel.write(hash, offset, 'latin1');
  await writeFile(join(directory, 'kernel'), kernel);
  await writeFile(join(directory, 'usr'), randomBytes(2 ** 20));
  await writePayload(
    { partition: join(directory, 'usr'), kernel: join(directory, 'kernel') },
    path,
  );
  return path;
}

t.test('a release is one for the architecture of the image', async (t) => {
  const arm: Image = { ...image, descriptor: fakeDescriptor({ arch: 'arm64' }) };
  const path = await payloadWithHash(t, 512);
  const given = { ...nothing, releases: [`next=1.0:${path}`] };
  t.equal((await withGivenParts(arm, given, signal)).releases?.get('next')?.usrHash.length, 64);
  const message = /no root hash of \/usr at byte 64; give a release that is for amd64/;
  await t.rejects(withGivenParts(image, given, signal), { code: 'BAD_RELEASE', message });
  const wrong = {
    ...nothing,
    releases: [`next=1.0:${await payloadWithHash(t, 64, 'AB'.repeat(32))}`],
  };
  await t.rejects(withGivenParts(image, wrong, signal), { code: 'BAD_RELEASE', message });
});

t.test('a payload that is not what it says is no fault of the image', async (t) => {
  const path = await payloadWithHash(t, 64);
  const release = () => {
    return withGivenParts(image, { ...nothing, releases: [`next=1.0:${path}`] }, signal);
  };
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, -100));
  await t.rejects(release(), {
    code: 'BAD_RELEASE',
    message: /the data ends at byte \d+, the file/,
  });
  bytes.write('x', bytes.length - 100);
  await writeFile(path, bytes);
  const message = /its kernel is not what the manifest says/;
  await t.rejects(release(), { code: 'BAD_PAYLOAD', kind: 'usage', message });
  const directory = { ...nothing, releases: [`next=1.0:${t.testdirName}`] };
  await t.rejects(withGivenParts(image, directory, signal), { code: 'NOT_A_PAYLOAD' });
});

t.test('a release that is wrong is refused, with what is wrong', async (t) => {
  const release = (text: string) => withGivenParts(image, { ...nothing, releases: [text] }, signal);
  for (const text of ['next', 'next=1.0', 'next=:/x', '=1.0:/x', 'Next=1.0:/x']) {
    const message = /give NAME=VERSION:PAYLOAD\[,PACKAGE\.\.\.\], such as/;
    await t.rejects(release(text), { code: 'BAD_RELEASE', kind: 'usage', message }, text);
  }
  await t.rejects(release('next=1.0:/nowhere'), { kind: 'usage', message: /\/nowhere/ });
  const path = join(t.testdir({ text: 'no payload' }), 'text');
  await t.rejects(release(`next=1.0:${path}`), { code: 'NOT_A_PAYLOAD', kind: 'usage' });
});

t.test('before there is an image all is refused that needs none', async (t) => {
  const path = await payloadWithHash(t, 64);
  const tools = await artifactIn(t.testdirName, listing('hello'));
  const artifacts = [`tools=${tools}`];
  await checkGivenParts({ artifacts, releases: [`next=1.0:${path},${tools}/a.raw`] });
  const refused: readonly [{ artifacts?: string[]; releases?: string[] }, string, RegExp][] = [
    [{ artifacts: ['tools'] }, 'BAD_ARTIFACT', /give NAME=DIR/],
    [{ artifacts: ['tools=/nowhere'] }, 'BAD_ARTIFACT', /cannot be read: ENOENT/],
    [{ artifacts: [`other=${tools}`] }, 'BAD_ARTIFACT', /is the artifact tools; give tools=DIR/],
    [{ artifacts: [...artifacts, ...artifacts] }, 'BAD_ARTIFACT', /tools is given twice; leave/],
    [{ releases: ['next'] }, 'BAD_RELEASE', /give NAME=VERSION:PAYLOAD/],
    [{ releases: ['next=1.0:/nowhere'] }, 'NOT_A_PAYLOAD', /\/nowhere/],
    [{ releases: [`next=1.0:${tools}/a.raw`] }, 'NOT_A_PAYLOAD', /a\.raw: /],
    [{ releases: [`next=1.0:${path},/nowhere`] }, 'BAD_RELEASE', /cannot read a package: ENOENT/],
    [{ releases: [`next=1.0:${path},/a/x,/b/x`] }, 'BAD_RELEASE', /two packages named x/],
    [
      { releases: [`next=1.0:${path}`, `next=2.0:${path}`] },
      'BAD_RELEASE',
      /--release next is given twice/,
    ],
  ];
  for (const [given, code, message] of refused) {
    await t.rejects(checkGivenParts({ ...nothing, ...given }), { kind: 'usage', code, message });
  }
});
