/**
 * Requests to a guest that answers, and to one that answers without end.
 */

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { type Test, t } from 'tap';
import { httpGet } from '../../../platforms/qemu/http-get.js';

function get(hostPort: number, limitMs: number, more: { readonly mostBytes?: number } = {}) {
  const { signal } = new AbortController();
  const where = { hostPort, path: '/', machine: 'main-0', subject: 'port 80' };
  return httpGet({ ...where, limitMs, signal, ...more });
}

async function ask(t: Test, listener: RequestListener, mostBytes?: number) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return await get(port, 20_000, { ...(mostBytes && { mostBytes }) });
}

/** What QEMU's network does for a guest where nobody listens: it accepts, then closes. */
async function refused(t: Test, close: (socket: Socket) => void) {
  const server = createTcpServer(close).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return get((server.address() as AddressInfo).port, 5_000);
}

/** First of all in its process: the first request of a client may be another one than the rest. */
t.test('a connection that is closed at once, before anything else was asked', async (t) => {
  const failed = { kind: 'product', code: 'HTTP_FAILED', machine: 'main-0' };
  const ends: Record<string, (socket: Socket) => void> = {
    destroyed: (socket) => socket.destroy(),
    ended: (socket) => socket.end(),
    reset: (socket) => socket.resetAndDestroy(),
  };
  for (const [name, close] of Object.entries(ends))
    await t.rejects(refused(t, close), failed, name);
});

t.test('status and body, whatever they are', async (t) => {
  const answer = await ask(t, (_, response) => response.writeHead(418).end('teäpot'));
  t.same(answer, { status: 418, body: 'teäpot' });
  t.same(await ask(t, (_, response) => response.writeHead(204).end()), { status: 204, body: '' });
});

t.test('a body at the limit, and one without an end', async (t) => {
  t.equal((await ask(t, (_, response) => response.end('1234'), 4)).body, '1234');
  const endless: RequestListener = (_, response) => {
    const more = () => {
      while (response.write('y'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  };
  await t.rejects(ask(t, endless, 1_000_000), {
    kind: 'product',
    code: 'HTTP_FAILED',
    message: 'main-0: HTTP request to port 80 failed: the body is larger than 1000000 bytes',
  });
});

t.test('a body that breaks off, and a server that says nothing', async (t) => {
  const half: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half', () => response.destroy());
  };
  await t.rejects(ask(t, half), { code: 'HTTP_FAILED', message: /failed: aborted$/ });
  const silent = createTcpServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const sockets: Socket[] = [];
  silent.on('connection', (socket) => sockets.push(socket));
  const late = {
    code: 'HTTP_TIMEOUT',
    message: 'main-0: no HTTP answer from port 80 within 50 ms',
  };
  await t.rejects(get((silent.address() as AddressInfo).port, 50), late);
  for (const socket of sockets) socket.destroy();
  silent.close();
});
