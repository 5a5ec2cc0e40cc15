/**
 * By a proxy: of a command or of the environment, for http as a whole URL and for https as a tunnel, and
 * past it for the hosts that `no_proxy` names.
 */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { FileServer, sendFile } from '../../support/file-server.js';
import { refusal, skip, worldFor } from './fetch-world.js';

const names = ['http_proxy', 'https_proxy', 'no_proxy'];
const allNames = [...names, ...names.map((name) => name.toUpperCase())];

/** What the environment says of proxies, and nothing else, until the test ends. */
function environment(t: Test, variables: Readonly<Record<string, string>>): void {
  const before = allNames.map((name) => [name, process.env[name]] as const);
  for (const name of allNames) delete process.env[name];
  Object.assign(process.env, variables);
  t.teardown(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
}

t.test('http', { skip }, async (t) => {
  const world = await worldFor(t);
  const proxy = await FileServer.start();
  t.teardown(async () => await proxy.close());
  for (const [path, bytes] of world.server.files) {
    proxy.faults.set(path, (request, response) => {
      t.match(request.url, /^http:\/\/stable\.release\.example/, 'the whole URL is asked for');
      sendFile(request, response, bytes);
      return true;
    });
  }
  const servers = ['http://{channel}.release.example'];
  const { limits } = world.request().http;
  environment(t, {});
  t.ok(await world.fetch({ servers, http: { proxy: proxy.url, followHosts: [], limits } }));
  t.ok(proxy.requests.length > 4);
  t.same(world.server.requests, []);

  await t.test('of the environment', async (t) => {
    environment(t, { http_proxy: proxy.url, no_proxy: 'other.example' });
    proxy.requests.length = 0;
    t.ok(await world.fetch({ servers, cacheDirectory: join(world.directory, 'other') }));
    t.ok(proxy.requests.length > 4);
    t.same(world.server.requests, []);
  });

  await t.test('not to a host of no_proxy', async (t) => {
    environment(t, { http_proxy: proxy.url, no_proxy: 'other.example,127.0.0.1' });
    proxy.requests.length = 0;
    t.ok(await world.fetch({ cacheDirectory: join(world.directory, 'past') }));
    t.same(proxy.requests, []);
    t.ok(world.server.requests.length > 4);
  });
});

t.test('https', { skip }, async (t) => {
  const world = await worldFor(t);
  const { url, seen } = await tunnelsFrom(t);
  const servers = ['https://{channel}.release.example'];
  const { limits } = world.request().http;
  const ways = [
    ['of the command', { proxy: url, followHosts: [], limits }, {}],
    ['of the environment', undefined, { https_proxy: url, no_proxy: 'release.example.org' }],
  ] as const;
  for (const [title, http, variables] of ways) {
    await t.test(title, async (t) => {
      environment(t, variables);
      seen.length = 0;
      const { code, message } = await refusal(world, { servers, ...(http && { http }) });
      t.equal(code, 'SERVER_UNREACHABLE', 'since the tunnel leads nowhere');
      t.match(
        message,
        'no answer from https://stable.release.example/amd64-usr/current/version.txt',
      );
      const tunnel = 'CONNECT stable.release.example:443, then TLS';
      t.same(
        seen,
        Array.from({ length: limits.attempts }, () => tunnel),
      );
    });
  }
});

/** A proxy that opens every tunnel, hears how whoever asked begins, and hangs up. */
async function tunnelsFrom(t: Test): Promise<{ readonly url: string; readonly seen: string[] }> {
  const seen: string[] = [];
  const server: Server = createServer(({ method, url }, response) => {
    seen.push(`${method} ${url}`);
    response.writeHead(502).end();
  });
  server.on('connect', ({ method, url }, socket) => {
    socket.once('error', () => undefined);
    socket.once('data', (bytes: Buffer) => {
      // RFC 8446 section 5.1: the first record of a client is a handshake, number 22.
      seen.push(`${method} ${url}, then ${bytes[0] === 22 ? 'TLS' : bytes.toString('latin1')}`);
      socket.destroy();
    });
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
