/**
 * What clients of one connection hear and say, in whatever pieces it comes.
 */

import { once } from 'node:events';
import { Duplex, PassThrough } from 'node:stream';
import t from 'tap';
import { CarriedStream, RememberedStream } from '../../../platforms/guest/lent-stream.js';

interface Line {
  /** The client's end of the connection. */
  readonly socket: Duplex;
  /** What the server gets. */
  readonly sent: PassThrough;
}

function line(): Line {
  const sent = new PassThrough();
  const write: Duplex['_write'] = (chunk, _, done) => void sent.write(chunk, done);
  return { socket: new Duplex({ read: () => undefined, write }), sent };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

t.test('what is said by either side is remembered, as it came', async (t) => {
  const { socket, sent } = line();
  const stream = new RememberedStream(socket);
  for (const piece of ['hel', 'lo']) stream.write(piece);
  socket.push('welc');
  socket.push('ome');
  while (stream.readableLength < 'welcome'.length) await once(stream, 'readable');
  const read = stream.read() as Buffer;
  t.equal(String(read), 'welcome');
  read.fill(0);
  t.same(stream.past, { said: base64('welcome'), heardBytes: 'hello'.length });
  t.equal(String(sent.read()), 'hello');
});

t.test('what the server has heard is not said again', async (t) => {
  const { socket, sent } = line();
  const stream = new CarriedStream(socket, { said: base64('welcome'), heardBytes: 5 });
  t.equal(String(stream.read()), 'welcome');
  for (const piece of ['he', 'llo go', ' on']) stream.write(piece);
  while (sent.readableLength < ' go on'.length) await once(sent, 'readable');
  t.equal(String(sent.read()), ' go on');
});

t.test('the end of the socket is the end of the stream', async () => {
  const { socket } = line();
  const stream = new CarriedStream(socket, { said: '', heardBytes: 0 });
  const ended = once(stream.resume(), 'close');
  socket.destroy();
  await ended;
});

t.test('the end of the stream is not the end of the socket', async (t) => {
  const { socket } = line();
  const stream = new CarriedStream(socket, { said: '', heardBytes: 0 });
  const ended = once(stream, 'close');
  stream.destroy();
  await ended;
  t.equal(socket.destroyed, false);
});
