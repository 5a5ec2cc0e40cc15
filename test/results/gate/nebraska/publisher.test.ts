/**
 * Promotions to channels of a Nebraska instance, over real HTTP of a stand-in.
 */

import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { ChannelRelease } from '../../../../harness/model/channel-layout.js';
import { nebraskaPublisher } from '../../../../results/gate/nebraska/publisher.js';
import { NebraskaStandIn } from '../../../support/nebraska-stand-in.js';

const record = { payloadType: 'x', payload: 'e30=', signatures: [{ keyid: 'k', sig: 'AAAA' }] };

function sha256(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

const arches = { amd64: 1, arm64: 2 } as const;
type Arch = keyof typeof arches;

function release(version: string, on: readonly Arch[] = ['amd64', 'arm64']): ChannelRelease {
  const images = on.map((arch) => {
    const payloadSha256 = sha256(`payload ${version} ${arch}`);
    return { arch, sha256: sha256(`image ${version} ${arch}`), payloadSha256 };
  });
  return { version, images };
}

/** 4230.2.0 in stable for amd64, and 4152.2.0 still for arm64. */
async function halfMoved(t: Test) {
  const all = await instance(t);
  await all.publish('4152.2.0', undefined);
  dieAfter(all.server, 1);
  await t.rejects(all.publish('4230.2.0', '4152.2.0'), { code: 'NEBRASKA_UNREACHABLE' });
  t.same(all.has(), ['4230.2.0-amd64', '4152.2.0-arm64']);
  all.server.fault = undefined;
  return all;
}

/** So many changes go well, and then the connection is gone. */
function dieAfter(server: NebraskaStandIn, changes: number): void {
  let left = changes;
  server.fault = ({ method }, response) => {
    if (method !== 'PUT' || left-- > 0) return false;
    response.destroy();
    return true;
  };
}

/** An instance with packages of three releases, and stable, which has nothing. */
async function instance(t: Test) {
  const server = await NebraskaStandIn.open();
  t.teardown(async () => await server[Symbol.asyncDispose]());
  for (const version of ['4152.2.0', '4230.2.0', '4230.2.1']) {
    for (const [arch, number] of Object.entries(arches)) {
      const digest = sha256(`payload ${version} ${arch}`);
      server.packages.push({ id: `${version}-${arch}`, version, arch: number, sha256: digest });
    }
  }
  for (const [arch, number] of Object.entries(arches)) {
    server.channels.push({ id: `alpha-${arch}`, name: 'alpha', arch: number, package: null });
    server.channels.push({ id: `stable-${arch}`, name: 'stable', arch: number, package: null });
  }
  const records = join(t.testdir({}), 'records');
  const { url, app } = server;
  const { signal } = new AbortController();
  const publisher = nebraskaPublisher({ url, app, records, signal });
  const publish = async (version: string, replaces: string | undefined, on?: readonly Arch[]) => {
    await publisher.publish('stable', { release: release(version, on), record, replaces });
  };
  const has = () => server.channels.filter(({ name }) => name === 'stable').map((c) => c.package);
  const puts = () => server.requests.filter((line) => line.startsWith('PUT'));
  const current = async () => (await publisher.current('stable'))?.release.version;
  const unfinished = async () => (await publisher.unfinished?.('stable'))?.release.version;
  return { server, records, publisher, publish, has, puts, current, unfinished };
}

t.test('a promotion moves the channels of all architectures', async (t) => {
  const { publisher, publish, has, puts, server } = await instance(t);
  t.equal(await publisher.current('stable'), undefined);
  await publish('4152.2.0', undefined);
  t.same(has(), ['4152.2.0-amd64', '4152.2.0-arm64']);
  t.same(await publisher.current('stable'), { release: release('4152.2.0'), record });
  await publish('4230.2.0', '4152.2.0');
  t.same(has(), ['4230.2.0-amd64', '4230.2.0-arm64']);
  t.match(await publisher.current('stable'), { release: release('4230.2.0'), record });
  t.same(
    server.channels.filter(({ name }) => name === 'alpha').map((one) => one.package),
    [null, null],
    'alpha is as it was',
  );
  const before = puts().length;
  await publish('4230.2.0', '4152.2.0');
  t.equal(puts().length, before, 'doing it twice is doing it once');
});

t.test('a promotion that died between two architectures is finished by the next', async (t) => {
  const { publish, has, current, unfinished } = await halfMoved(t);
  t.equal(await current(), '4152.2.0', 'it has not happened yet');
  t.equal(await unfinished(), '4230.2.0');
  await publish('4230.2.0', '4152.2.0');
  t.same(has(), ['4230.2.0-amd64', '4230.2.0-arm64']);
  t.equal(await current(), '4230.2.0');
  t.equal(await unfinished(), undefined);
});

t.test('a later one comes after it, and nothing else does', async (t) => {
  const { server, publish, has, current, unfinished } = await halfMoved(t);
  await publish('4230.2.1', '4152.2.0');
  t.same(has(), ['4230.2.1-amd64', '4230.2.1-arm64']);
  t.equal(await current(), '4230.2.1');
  t.equal(await unfinished(), undefined);
  const [own] = server.channels.filter(({ id }) => id === 'stable-amd64');
  if (own) own.package = '4152.2.0-amd64';
  await t.rejects(publish('4230.2.1', '4230.2.0'), { code: 'CHANNEL_MOVED' }, 'put back by hand');
});

t.test('an architecture that a release has no image for keeps what it has', async (t) => {
  const { publish, has, current, unfinished } = await instance(t);
  await publish('4152.2.0', undefined);
  await publish('4230.2.0', '4152.2.0', ['amd64']);
  t.same(has(), ['4230.2.0-amd64', '4152.2.0-arm64']);
  t.equal(await current(), '4230.2.0');
  t.equal(await unfinished(), undefined);
  await publish('4230.2.1', '4230.2.0');
  t.same(has(), ['4230.2.1-amd64', '4230.2.1-arm64'], 'a later one brings it along');
  t.equal(await current(), '4230.2.1');
});

t.test('what was before a promotion that died is what it was to replace', async (t) => {
  const { server, publish, has, current, unfinished } = await instance(t);
  await publish('4152.2.0', undefined);
  await publish('4230.2.0', '4152.2.0', ['amd64']);
  dieAfter(server, 1);
  await t.rejects(publish('4230.2.1', '4230.2.0'), { code: 'NEBRASKA_UNREACHABLE' });
  t.same(has(), ['4230.2.1-amd64', '4152.2.0-arm64']);
  t.equal(await current(), '4230.2.0', 'though no architecture has it');
  t.equal(await unfinished(), '4230.2.1');
  server.fault = undefined;
  await publish('4230.2.1', '4230.2.0');
  t.equal(await current(), '4230.2.1');
});

t.test('an architecture left behind is still nobody else’s to move', async (t) => {
  const { server, publish, current } = await instance(t);
  await publish('4152.2.0', undefined);
  await publish('4230.2.0', '4152.2.0', ['amd64']);
  const [own] = server.channels.filter(({ id }) => id === 'stable-arm64');
  if (own) own.package = '4230.2.1-arm64';
  await t.rejects(current(), { code: 'FOREIGN_RECORD' });
});

t.test('a promotion that died before its first act has not happened', async (t) => {
  const { server, records, publish, current } = await instance(t);
  server.fault = ({ method }, response) => {
    if (method !== 'PUT') return false;
    response.writeHead(500).end();
    return true;
  };
  await t.rejects(publish('4152.2.0', undefined), { code: 'NEBRASKA_FAILED' });
  t.same(await readdir(join(records, 'stable')), ['4152.2.0.json']);
  t.equal(await current(), undefined);
});

t.test('a channel that somebody else moved is left alone', async (t) => {
  const { server, publish, has, current, puts } = await instance(t);
  const [own] = server.channels.filter(({ id }) => id === 'stable-amd64');
  if (own) own.package = '4230.2.1-amd64';
  await t.rejects(publish('4152.2.0', undefined), {
    code: 'CHANNEL_MOVED',
    message: 'the channel stable has 4230.2.1, not nothing; look at it again',
  });
  t.same(has(), ['4230.2.1-amd64', null]);
  if (own) own.package = null;
  await publish('4152.2.0', undefined);
  const acts = puts().length;
  if (own) own.package = '4230.2.1-amd64';
  await t.rejects(current(), {
    code: 'FOREIGN_RECORD',
    message:
      'the channel stable has 4230.2.1 on amd64, of which there is no record; somebody else moved it',
  });
  await t.rejects(publish('4230.2.0', '4152.2.0'), { code: 'CHANNEL_MOVED' });
  t.equal(puts().length, acts);
});

t.test('it moves between the look and the act', async (t) => {
  const { server, publish, has } = await instance(t);
  await publish('4152.2.0', undefined, ['amd64']);
  const [own] = server.channels.filter(({ id }) => id === 'stable-amd64');
  server.fault = ({ url = '' }) => {
    if (url.includes('/packages?') && own) own.package = '4230.2.1-amd64';
    return false;
  };
  await t.rejects(publish('4230.2.0', '4152.2.0', ['amd64']), {
    code: 'CHANNEL_MOVED',
    message: 'the channel stable has 4230.2.1, not 4152.2.0; look at it again',
  });
  t.same(has(), ['4230.2.1-amd64', null]);
});

t.test('what the instance does not have, and what it has in another form', async (t) => {
  const { server, publisher, publish, puts, records } = await instance(t);
  await t.rejects(publish('4344.2.0', undefined), {
    code: 'NO_PACKAGE',
    message: 'the instance has no package 4344.2.0 for amd64; add it there first',
  });
  await t.rejects(publish('4230.2', undefined), { code: 'NO_PACKAGE' }, 'a part of a version');
  server.packages.unshift({ id: 'x', version: '4230.2.0', arch: 1, sha256: sha256('other') });
  await t.rejects(publish('4230.2.0', undefined), {
    code: 'WRONG_PAYLOAD',
    message: `the package 4230.2.0 for amd64 has the payload ${sha256('other')}, and ${sha256('payload 4230.2.0 amd64')} was judged`,
  });
  await t.rejects(
    publisher.publish('lts', { release: release('4152.2.0'), record, replaces: undefined }),
    { code: 'NO_CHANNEL', message: 'the instance has no channel lts; it has: alpha, stable' },
  );
  server.channels.splice(2);
  await t.rejects(publish('4152.2.0', undefined), {
    code: 'NO_CHANNEL',
    message: 'the instance has no channel stable for arm64',
  });
  t.same(puts(), []);
  await publish('4152.2.0', undefined, ['amd64']);
  await writeFile(join(records, 'stable/4152.2.0.json'), '{"release":{"version":"x"}}');
  await t.rejects(publisher.current('stable'), { code: 'BROKEN_CHANNEL', message: /images/ });
});
