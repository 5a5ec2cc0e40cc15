/** Who closes a connection that is kept open. */

import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { webServer } from '../../../harness/base/web-server.js';

t.test('not the server, however long the client thinks', async (t) => {
  const server = webServer((_, response) => response.end('x'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agent = new Agent({ keepAlive: true });
  t.teardown(() => {
    agent.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const asked = get({ host: '127.0.0.1', port, agent });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  t.equal(response.headers.connection, 'keep-alive');
  t.equal(response.headers['keep-alive'], undefined, 'it names no time (RFC 2068, 19.7.1.1)');
  response.resume();
});
