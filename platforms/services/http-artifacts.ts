/**
 * An HTTP server for the artifacts of one machine, on a unix socket that only the machine's QEMU
 * reaches. It serves what it was given, byte for byte, and knows nothing else.
 */

import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server } from 'node:net';
import { InfrastructureError, toError } from '../../harness/base/errors.js';
import type { ServiceRequest } from '../../harness/model/topology.js';

/** A running service; `stop` ends it with its connections. */
export interface Service {
  stop(): void;
}

/** Resolves when it listens. Throws SERVICE_FAILED (infrastructure). */
export async function serveHttp(
  socket: string,
  request: ServiceRequest,
  hostFiles: HostFiles = {},
): Promise<Service> {
  const listener = answer(request, hostFiles);
  const server = request.tls
    ? createTlsServer({ cert: request.tls.certificate, key: request.tls.key }, listener)
    : createServer(listener);
  await listen(server, socket);
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { stop: close };
}

/** Files of the host by path, read when they are asked for. */
type HostFiles = Readonly<Record<string, string>>;

function answer({ files, refusals = 0 }: ServiceRequest, hostFiles: HostFiles): RequestListener {
  const asked = new Map<string, number>();
  return ({ url = '/', method }, response) => {
    const [path = '/'] = url.split('?', 1);
    const times = (asked.get(path) ?? 0) + 1;
    asked.set(path, times);
    const file = hostFiles[path];
    const contents = file === undefined ? files[path] : readFileSync(file);
    if (times <= refusals) response.writeHead(503, { 'retry-after': '1' }).end();
    else if (contents === undefined) response.writeHead(404).end('no such file\n');
    else response.writeHead(200).end(method === 'HEAD' ? undefined : contents);
  };
}

async function listen(server: Server, socket: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(socket, resolve);
    });
  } catch (thrown) {
    const message = `cannot listen on ${socket}: ${toError(thrown).message}`;
    throw new InfrastructureError('SERVICE_FAILED', message, { phase: 'host', cause: thrown });
  }
}
