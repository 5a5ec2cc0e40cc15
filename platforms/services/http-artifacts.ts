/**
 * An HTTP server for the artifacts of one machine. It serves what it was given, byte for byte, and
 * knows nothing else.
 */

import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server } from 'node:net';
import type { HttpService } from '../../harness/model/topology.js';

/** Files of the host by path, read when they are asked for. */
type HostFiles = Readonly<Record<string, string>>;

/** A server of the request's files and of the host's. */
export function httpServer(request: HttpService, hostFiles: HostFiles): Server {
  const listener = answer(request, hostFiles);
  if (!request.tls) return createServer(listener);
  const { certificate: cert, key } = request.tls;
  return createTlsServer({ cert, key }, listener);
}

function answer({ files, refusals = 0 }: HttpService, hostFiles: HostFiles): RequestListener {
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
