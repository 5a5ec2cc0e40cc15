/**
 * Sessions that go on with another client than they began with: the real protocol on both sides. The
 * server can't tell, as a copy of it could not.
 */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import ssh2 from 'ssh2';
import t, { type Test } from 'tap';
import {
  type CarriedSession,
  carriedSessionSchema,
  goOn,
  openToCarry,
} from '../../../platforms/guest/carried-session.js';
import { makeHarnessKeys } from '../../../platforms/guest/keys.js';
import { takeSecrets } from '../../../platforms/guest/session-secrets.js';
import type { SshConnection } from '../../../platforms/guest/ssh-connection.js';
import { type FakeSshd, startFakeSshd } from './fake-sshd.js';

const keys = makeHarnessKeys();
const { signal } = new AbortController();
const target = { host: 'standby', port: 22, user: 'core', keys, signal };

interface Call {
  readonly socket: Socket;
  readonly server: FakeSshd;
}

async function connected(t: Test): Promise<Socket> {
  return (await called(t)).socket;
}

async function called(t: Test): Promise<Call> {
  const server = await startFakeSshd({
    keys,
    onCommand: (command, channel) => {
      channel.write(command);
      channel.exit(0);
      channel.end();
    },
  });
  const socket = connect({ host: '127.0.0.1', port: server.port });
  await once(socket, 'connect');
  t.teardown(async () => {
    socket.destroy();
    await server.close();
  });
  return { socket, server };
}

/** As it is stored and read again; nobody listens for its first client any more. */
async function carried(socket: Socket): Promise<CarriedSession> {
  const { carry } = await openToCarry(target, socket);
  const session = carriedSessionSchema.parse(JSON.parse(JSON.stringify(carry())));
  socket.removeAllListeners('data');
  return session;
}

async function uname(connection: SshConnection): Promise<unknown> {
  return await connection.run({ command: 'uname', argv: ['uname'], limitMs: 5_000, signal });
}

t.test('another client goes on where the first one was', async (t) => {
  const socket = await connected(t);
  await using connection = await goOn(target, socket, await carried(socket));
  t.match(await uname(connection), { status: 0, stdout: /^uname/ });
  t.match(await uname(connection), { status: 0 }, 'and again');
});

t.test("new keys are the other client's own", async (t) => {
  const { socket, server } = await called(t);
  await using connection = await goOn(target, socket, await carried(socket));
  await server.rekeyAll();
  t.match(await uname(connection), { status: 0, stdout: /^uname/ });
});

t.test('a client that goes says so, over a socket that stays', async (t) => {
  const socket = await connected(t);
  const connection = await goOn(target, socket, await carried(socket));
  const closedByServer = once(socket, 'end');
  connection.close();
  t.equal(socket.writable, true, 'the socket is as it was');
  await closedByServer;
});

const refused = { code: 'SESSION_NOT_CARRIED', kind: 'infrastructure', phase: 'ssh' };

t.test('who has other secrets gets nowhere', async (t) => {
  const socket = await connected(t);
  const session = await carried(socket);
  const { kexInit } = await carried(await connected(t));
  const message = /^an SSH session can not be gone on with: .*\(handshake\)/;
  await t.rejects(goOn(target, socket, { ...session, kexInit }), { ...refused, message });
  const unreadable = { ...session, ephemeralKey: 'AAAA' };
  await t.rejects(goOn(target, await connected(t), unreadable), { ...refused, message });
});

t.test('the host key counts as on any connection', async (t) => {
  const session = await carried(await connected(t));
  const other = { ...keys, host: makeHarnessKeys().host };
  const gone = goOn({ ...target, keys: other }, await connected(t), session);
  await t.rejects(gone, { ...refused, message: /has host key SHA256:.* expected SHA256:/ });
});

t.test('a connection that ends says nothing about the session', async (t) => {
  const socket = await connected(t);
  const session = await carried(socket);
  const said = session.said.slice(0, 40);
  const gone = goOn(target, socket, { ...session, said });
  socket.destroy();
  await t.rejects(gone, { code: 'GUEST_UNREACHABLE' });
});

t.test('a session to carry says nothing by itself', async (t) => {
  const socket = await connected(t);
  const timeouts = { keepaliveMs: 20 };
  const { carry, connection } = await openToCarry({ ...target, timeouts }, socket);
  const { heardBytes } = carry();
  await setTimeout(200);
  t.equal(carry().heardBytes, heardBytes);
  t.equal(connection.lost, undefined);
});

t.test('a library that keeps it elsewhere is told', (t) => {
  const message = /this version of ssh2 does not show/;
  t.throws(() => takeSecrets(new ssh2.Client()), { message });
  t.end();
});
