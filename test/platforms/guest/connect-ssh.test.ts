/**
 * Every way in which a connection can fail to come about, each with its error and in bounded time.
 */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Test, t } from 'tap';
import { HarnessError } from '../../../harness/base/errors.js';
import { connectSsh, connectWhenReady } from '../../../platforms/guest/connect-ssh.js';
import type { ConnectionLost } from '../../../platforms/guest/connection-lost.js';
import { makeHarnessKeys } from '../../../platforms/guest/keys.js';
import { type FakeSshdOptions, startFakeSshd } from './fake-sshd.js';

const keys = makeHarnessKeys();
const never = new AbortController().signal;
const timeouts = { connectMs: 500, bannerMs: 200, handshakeMs: 2_000, keepaliveMs: 5_000 };
const target = (port: number, signal = never) => ({
  host: '127.0.0.1',
  port,
  user: 'core',
  keys,
  timeouts,
  signal,
});

async function sshd(t: Test, options: Partial<FakeSshdOptions> = {}) {
  const server = await startFakeSshd({
    keys,
    onCommand: (_command, channel) => {
      channel.exit(0);
      channel.end();
    },
    ...options,
  });
  t.teardown(async () => await server.close());
  return server;
}

/** A TCP server that is no SSH server. */
async function tcp(t: Test, onSocket: (socket: Socket) => void): Promise<number> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

t.test('keys are fresh ed25519 pairs', async (t) => {
  t.match(keys.client.publicKey, /^ssh-ed25519 [A-Za-z0-9+/=]+ switchyard$/);
  t.match(keys.host.privateKey, /^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
  t.not(keys.client.publicKey, makeHarnessKeys().client.publicKey);
});

t.test('lets in whoever has the key and proves the host', async (t) => {
  const server = await sshd(t);
  await using connection = await connectSsh(target(server.port));
  t.equal(connection.lost, undefined);
  t.equal(server.logins(), 1);
});

t.test('another host key is final', async (t) => {
  const server = await sshd(t, { keys: makeHarnessKeys() });
  await t.rejects(connectWhenReady(target(server.port)), {
    code: 'HOST_KEY_MISMATCH',
    kind: 'product',
    message: /has host key SHA256:\S+, expected SHA256:/,
  });
});

t.test('a refused key quotes what the guest says', async (t) => {
  const server = await sshd(t, { letIn: () => false, banner: 'System is booting up.\n' });
  await t.rejects(connectSsh(target(server.port)), {
    code: 'AUTH_REFUSED',
    message: /refused the harness's key; the guest said: System is booting up\./,
  });
});

t.test('nobody listens', async (t) => {
  const server = await sshd(t);
  await server.close();
  await t.rejects(connectSsh(target(server.port)), {
    code: 'GUEST_UNREACHABLE',
    stage: 'connect',
    message: /ECONNREFUSED/,
  });
});

t.test('accepted, then reset, as by QEMU before the guest has an sshd', async (t) => {
  const port = await tcp(t, (socket) => socket.resetAndDestroy());
  await t.rejects(connectSsh(target(port)), {
    code: 'GUEST_UNREACHABLE',
    stage: /^(connect|banner)$/,
  });
});

t.test('accepted, then closed', async (t) => {
  const port = await tcp(t, (socket) => socket.end());
  await t.rejects(connectSsh(target(port)), { stage: 'banner', message: /closed before/ });
});

t.test('accepted, then silence', async (t) => {
  const port = await tcp(t, () => undefined);
  await t.rejects(connectSsh(target(port)), {
    stage: 'banner',
    message: /core@127\.0\.0\.1:\d+ \(banner\): no answer within 200 ms/,
  });
});

t.test('a banner, then silence', async (t) => {
  const port = await tcp(t, (socket) => socket.write('SSH-2.0-slow\r\n'));
  const quick = { ...target(port), timeouts: { ...timeouts, handshakeMs: 100 } };
  await t.rejects(connectSsh(quick), { stage: 'handshake', message: /no answer within 100 ms/ });
});

t.test('the limits of the stages are for a host of speed 1', async (t) => {
  const port = await tcp(t, () => undefined);
  const quick = { ...target(port), timeouts: { ...timeouts, bannerMs: 30 }, slowness: 3 };
  await t.rejects(connectSsh(quick), { stage: 'banner', message: /no answer within 90 ms/ });
});

t.test('a server that hangs up in the handshake', async (t) => {
  const port = await tcp(t, (socket) => socket.end('SSH-2.0-rude\r\n'));
  await t.rejects(connectSsh(target(port)), { code: 'GUEST_UNREACHABLE', stage: 'handshake' });
});

t.test('an abort ends a try at once, with its own reason', async (t) => {
  const port = await tcp(t, () => undefined);
  const controller = new AbortController();
  const reason = new HarnessError('cancelled', 'RUN_INTERRUPTED', 'interrupted');
  const waiting = connectWhenReady(target(port, controller.signal));
  setTimeout(() => controller.abort(reason), 20);
  await t.rejects(waiting, reason);
});

t.test('tries again until it is let in', async (t) => {
  const server = await sshd(t, { letIn: (login) => login > 2 });
  const refusals: string[] = [];
  const onRefused = (error: HarnessError) => refusals.push(error.code);
  await using connection = await connectWhenReady({ ...target(server.port), onRefused });
  t.equal(connection.lost, undefined);
  t.same(refusals, ['AUTH_REFUSED', 'AUTH_REFUSED']);
});

t.test('a guest that is slow is given more time with each try', async (t) => {
  const server = await sshd(t);
  const port = await tcp(t, (socket) => {
    const relay = () => socket.pipe(connect(server.port, '127.0.0.1')).pipe(socket);
    setTimeout(relay, 500);
  });
  const stages: unknown[] = [];
  const onRefused = (error: HarnessError) => stages.push((error as ConnectionLost).stage);
  await using connection = await connectWhenReady({ ...target(port), onRefused });
  t.equal(connection.lost, undefined);
  t.same(stages, ['banner', 'banner'], 'after 200 and 400 ms');
});

t.test('a session that sshd has not free yet is asked for again', async (t) => {
  const server = await sshd(t, { refusedSessions: 3 });
  await using connection = await connectSsh(target(server.port));
  const command = { command: 'true', argv: ['true'], limitMs: 5_000, signal: never };
  t.equal((await connection.run(command)).status, 0);
});
