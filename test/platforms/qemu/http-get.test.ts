/**
 * Requests to a guest that answers, and to one that answers without end.
 */

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Test, t } from 'tap';
import { httpGet } from '../../../platforms/qemu/http-get.js';

async function ask(t: Test, listener: RequestListener, mostBytes?: number) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port: hostPort } = server.address() as AddressInfo;
  const { signal } = new AbortController();
  const where = { hostPort, path: '/', machine: 'main-0', subject: 'port 80' };
  return await httpGet({ ...where, limitMs: 20_000, signal, ...(mostBytes && { mostBytes }) });
}

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
