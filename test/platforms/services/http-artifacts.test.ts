/**
 * The servers on a machine's own network: what they serve, what they refuse, and the bridge by which
 * QEMU reaches them.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { compiledRoot } from '../../../harness/base/project-root.js';
import type { HttpService } from '../../../harness/model/services.js';
import { startService } from '../../../platforms/services/service.js';
import { authority, serverAddress, serverTls } from '../../../suites/support/test-authority.js';

const request: HttpService = {
  kind: 'http',
  address: serverAddress,
  port: 80,
  files: { '/cargo': 'cargo\n' },
};

/** Short: the path of a unix socket has 107 bytes at most. */
async function place(t: Test): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sy-'));
  t.teardown(async () => await rm(directory, { recursive: true, force: true }));
  return directory;
}

t.test('files of the host come as they are', async (t) => {
  const directory = await place(t);
  const file = join(directory, 'archive');
  await writeFile(file, 'a'.repeat(300_000));
  const socket = join(directory, 's');
  const service = await startService({ request, socket, hostFiles: { '/archive': file } });
  t.teardown(async () => await service.stop());
  t.equal((await get(socket, '/archive')).body.length, 300_000);
  t.equal((await get(socket, '/cargo')).body, 'cargo\n');
  await rm(file);
  await t.rejects(get(socket, '/archive'), 'one that has gone closes the connection');
});

async function get(socketPath: string, path: string, tls = false) {
  return await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const options = { socketPath, path, agent: false };
    const secure = { ...options, ca: authority, servername: '', host: serverAddress };
    const asked = tls ? httpsRequest(secure) : httpRequest(options);
    asked.on('error', reject);
    asked.on('response', (response) => {
      void text(response).then((body) => resolve({ status: response.statusCode, body }));
    });
    asked.end();
  });
}

t.test('files of the request and of the host, and nothing else', async (t) => {
  const directory = await place(t);
  const socket = join(directory, 's.sock');
  const file = join(directory, 'large');
  await writeFile(file, 'from the host\n');
  const service = await startService({
    socket,
    request,
    hostFiles: { '/large': file },
  });
  t.teardown(() => service.stop());
  t.strictSame(await get(socket, '/cargo?query'), { status: 200, body: 'cargo\n' });
  t.strictSame(await get(socket, '/large'), { status: 200, body: 'from the host\n' });
  t.match(await get(socket, '/../etc/passwd'), { status: 404 });
});

t.test('a server that is down for a while', async (t) => {
  const socket = join(await place(t), 's.sock');
  const service = await startService({ socket, request });
  t.teardown(() => service.stop());
  service.set('down');
  await t.rejects(get(socket, '/cargo'), { code: /^(ECONNRESET|EPIPE)$/ });
  service.set('up');
  t.match(await get(socket, '/cargo'), { status: 200 });
});

t.test('a busy server', async (t) => {
  const socket = join(await place(t), 's.sock');
  const service = await startService({ socket, request: { ...request, refusals: 2 } });
  t.teardown(() => service.stop());
  const statuses = [];
  for (let times = 0; times < 3; times += 1) statuses.push((await get(socket, '/cargo')).status);
  t.strictSame(statuses, [503, 503, 200]);
});

t.test('HTTPS by the authority of the tests', async (t) => {
  const socket = join(await place(t), 's.sock');
  const service = await startService({ socket, request: { ...request, tls: serverTls } });
  t.teardown(() => service.stop());
  t.strictSame(await get(socket, '/cargo', true), { status: 200, body: 'cargo\n' });
});

t.test('the bridge joins its standard input and output with the socket', async (t) => {
  const socket = join(await place(t), 's.sock');
  const service = await startService({ socket, request });
  t.teardown(() => service.stop());
  const bridge = join(compiledRoot(), 'platforms', 'services', 'bridge.js');
  const input = 'GET /cargo HTTP/1.0\r\n\r\n';
  const { stdout } = await execa('node', [bridge, socket], { input });
  t.match(stdout, /^HTTP\/1\.1 200 OK[\s\S]*cargo$/);
  const lost = await execa('node', [bridge, join(tmpdir(), 'sy-none')], { reject: false });
  t.equal(lost.exitCode, 1);
});

t.test('a socket that can not be made is an error of the host', async (t) => {
  await t.rejects(startService({ socket: '/nonexistent/s.sock', request }), {
    kind: 'infrastructure',
    code: 'SERVICE_FAILED',
    message: /cannot listen on \/nonexistent/,
  });
});
