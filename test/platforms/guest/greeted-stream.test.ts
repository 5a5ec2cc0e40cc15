/**
 * Connections whose beginning somebody else has held: the real protocol on both sides.
 */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import t, { type Test } from 'tap';
import { connectSsh } from '../../../platforms/guest/connect-ssh.js';
import { GreetedStream, greetServer } from '../../../platforms/guest/greeted-stream.js';
import { makeHarnessKeys } from '../../../platforms/guest/keys.js';
import { startFakeSshd } from './fake-sshd.js';

const keys = makeHarnessKeys();
const { signal } = new AbortController();

async function connected(t: Test): Promise<Socket> {
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
  return socket;
}

t.test('a client goes on where another has greeted', async (t) => {
  const socket = await connected(t);
  const answer = await greetServer(socket);
  t.match(answer.toString('latin1'), /^SSH-2\.0-\S+\r\n/);
  const stream = new GreetedStream(socket, answer);
  const target = { host: 'standby', port: 22, user: 'core', keys, signal };
  await using connection = await connectSsh({ ...target, stream });
  const command = { command: 'uname', argv: ['uname'], limitMs: 5_000, signal };
  t.match(await connection.run(command), { status: 0, stdout: /^uname/ });
});

t.test('a client that goes says so, over a socket that stays', async (t) => {
  const socket = await connected(t);
  const stream = new GreetedStream(socket, await greetServer(socket));
  const target = { host: 'standby', port: 22, user: 'core', keys, signal };
  const connection = await connectSsh({ ...target, stream });
  const closedByServer = once(socket, 'end');
  connection.close();
  t.equal(stream.destroyed, true);
  t.equal(socket.writable, true, 'the socket is as it was');
  await closedByServer;
});

t.test('the end of the socket is the end of the stream', async (t) => {
  const socket = await connected(t);
  const ended = once(new GreetedStream(socket, await greetServer(socket)).resume(), 'close');
  socket.destroy();
  await ended;
});

t.test('what a client must not hear twice is not sent, in whatever pieces it comes', async (t) => {
  const sent = new PassThrough();
  const socket = new Duplex({
    read: () => undefined,
    write: (chunk, _, done) => sent.write(chunk, done),
  });
  const stream = new GreetedStream(socket, Buffer.from('hello'));
  t.equal(String(stream.read()), 'hello');
  for (const piece of ['SSH-2.0-Swi', 'tchyard\r\nkex', 'init']) stream.write(piece);
  while (sent.readableLength < 'kexinit'.length) await once(sent, 'readable');
  t.equal(String(sent.read()), 'kexinit');
});

t.test('a server that begins otherwise is refused', async (t) => {
  const refuses = async (said: string, end = false) => {
    const socket = new PassThrough();
    // What is written to it would come back as the server's own words.
    socket.write = () => true;
    socket.push(said);
    if (end) socket.push(null);
    await t.rejects(greetServer(socket), { message: /did not begin as SSH servers do/ });
  };
  await refuses('SSH-2.0-short\r\n', true);
  await refuses('x'.repeat(20_000));
  await refuses(`SSH-2.0-odd\r\n${'\0'.repeat(20_000)}`);
});
