/**
 * What an update server makes of a directory of channels: the one that the gate's publisher writes.
 */

import { createHash } from 'node:crypto';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { UpdateClient } from '../../../../harness/model/updates.js';
import { ChannelOffers } from '../../../../platforms/services/omaha/channel-offers.js';
import { channelDirectory } from '../../../../results/gate/channel-directory.js';
import { keepPayload } from '../../../../results/gate/payload-store.js';

const envelope = { payloadType: 'x', payload: 'e30=', signatures: [{ keyid: 'k', sig: 'AAAA' }] };

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function client(track: string, board = 'amd64-usr'): UpdateClient {
  return { track, board } as UpdateClient;
}

/** Channels below a directory, and how a version comes into one. */
async function channels(t: Test) {
  const root = t.testdir({ given: 'the payload' });
  const payload = await keepPayload(root, join(root, 'given'));
  const publisher = channelDirectory(root, new AbortController().signal);
  const publish = async (channel: string, version: string, payloadSha256 = payload) => {
    const images = [{ arch: 'amd64', sha256: sha256('image'), payloadSha256 }];
    const replaces = (await publisher.current(channel))?.release.version;
    await publisher.publish(channel, { release: { version, images }, record: envelope, replaces });
  };
  return { root, payload, publish, offers: new ChannelOffers(root) };
}

t.test('a machine is offered what its channel has when it asks', async (t) => {
  const { root, payload, publish, offers } = await channels(t);
  t.equal(await offers.for(client('stable')), undefined, 'nothing was ever promoted');
  await publish('alpha', '4230.0.0');
  t.equal(await offers.for(client('stable')), undefined, 'to another channel');
  await publish('stable', '4152.2.0');
  t.match(await offers.for(client('stable')), {
    name: payload,
    version: '4152.2.0',
    payload: {
      path: join(root, 'payloads', payload),
      bytes: 11,
      sha256: payload,
      sha1: createHash('sha1').update('the payload').digest('hex'),
    },
  });
  await publish('stable', '4230.2.0');
  t.equal((await offers.for(client('stable')))?.version, '4230.2.0', 'the channel has moved');
  t.equal(offers.named(payload)?.version, '4230.2.0', 'a download finds it');
  t.equal(offers.named(sha256('another')), undefined);
});

t.test('boards and channels that the directory does not have are offered nothing', async (t) => {
  const { publish, offers } = await channels(t);
  await publish('stable', '4230.2.0');
  t.equal(await offers.for(client('stable', 'arm64-usr')), undefined);
  for (const track of ['', '../stable', 'stable/', '.', 'Stable']) {
    t.equal(await offers.for(client(track)), undefined, `track ${JSON.stringify(track)}`);
  }
});

t.test('bytes that are not those of the promotion are not offered', async (t) => {
  const { root, payload, publish, offers } = await channels(t);
  await publish('stable', '4230.2.0');
  const path = join(root, 'payloads', payload);
  await writeFile(path, 'another payload');
  await t.rejects(offers.for(client('stable')), {
    code: 'WRONG_PAYLOAD',
    message: `the payload ${path} has the SHA-256 ${sha256('another payload')}, not that of its name`,
  });
  await rm(path);
  await t.rejects(offers.for(client('stable')), { code: 'CHANNEL_UNREADABLE', message: /ENOENT/ });
  await writeFile(path, 'the payload');
  t.equal((await offers.for(client('stable')))?.version, '4230.2.0', 'put right');
});

t.test('a channel that cannot be read is no channel without releases', async (t) => {
  const { root, offers } = await channels(t);
  await mkdir(join(root, 'beta/releases/1'), { recursive: true });
  await symlink('releases/1', join(root, 'beta/current'));
  await t.rejects(offers.for(client('beta')), { code: 'CHANNEL_UNREADABLE', message: /ENOENT/ });
  await writeFile(join(root, 'beta/releases/1/release.json'), '{"version":"next","images":[]}');
  await t.rejects(offers.for(client('beta')), {
    code: 'CHANNEL_UNREADABLE',
    message: /cannot read the channel beta, .*is no version/s,
  });
});

t.test('whoever keeps payloads beside channels keeps all of them', async (t) => {
  const { root, publish } = await channels(t);
  await t.rejects(publish('stable', '4230.2.0', sha256('elsewhere')), {
    code: 'PAYLOAD_MISSING',
    message: `the payload of 4230.2.0 on amd64 is not at ${join(root, 'payloads', sha256('elsewhere'))}; put it there with yard gate payload FILE`,
  });
  await t.rejects(keepPayload(root, join(root, 'nothing')), {
    code: 'PAYLOAD_UNREADABLE',
    message: /^cannot keep the payload .*nothing: ENOENT/,
  });
  t.equal(
    await channelDirectory(root, new AbortController().signal).current('stable'),
    undefined,
    'nothing has happened',
  );
});

t.test('a channel that somebody else moved in between stays where it is', async (t) => {
  const { root, payload, publish } = await channels(t);
  await publish('stable', '4230.2.0');
  const publisher = channelDirectory(root, new AbortController().signal);
  const images = [{ arch: 'amd64', sha256: sha256('image'), payloadSha256: payload }];
  const release = { version: '4344.2.0', images };
  await t.rejects(
    publisher.publish('stable', { release, record: envelope, replaces: '4152.2.0' }),
    {
      code: 'CHANNEL_MOVED',
      message: 'the channel stable has 4230.2.0, not 4152.2.0; look at it again',
    },
  );
  t.equal((await publisher.current('stable'))?.release.version, '4230.2.0');
});
