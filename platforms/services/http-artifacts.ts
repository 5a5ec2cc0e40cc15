/**
 * An HTTP server for the artifacts of one machine. It serves what it was given, byte for byte, and
 * knows nothing else.
 */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { RequestListener, ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { webServer } from '../../harness/base/web-server.js';
import type { HttpService } from '../../harness/model/services.js';

/** Files of the host by path, read when they are asked for. */
type HostFiles = Readonly<Record<string, string>>;

/** A server of the request's files and of the host's. */
export function httpServer(request: HttpService, hostFiles: HostFiles): Server {
  return webServer(answer(request, hostFiles), request.tls);
}

function answer({ files, refusals = 0 }: HttpService, hostFiles: HostFiles): RequestListener {
  const asked = new Map<string, number>();
  return ({ url = '/', method }, response) => {
    const [path = '/'] = url.split('?', 1);
    const times = (asked.get(path) ?? 0) + 1;
    asked.set(path, times);
    const file = hostFiles[path];
    if (times <= refusals) response.writeHead(503, { 'retry-after': '1' }).end();
    else if (file !== undefined) void sendFile(file, method, response);
    else if (files[path] === undefined) response.writeHead(404).end('no such file\n');
    else response.writeHead(200).end(method === 'HEAD' ? undefined : files[path]);
  };
}

/** Never throws: a file that can't be read closes the connection. */
async function sendFile(
  file: string,
  method: string | undefined,
  response: ServerResponse,
): Promise<void> {
  try {
    const { size } = await stat(file);
    response.writeHead(200, { 'content-length': String(size) });
    if (method === 'HEAD') response.end();
    else await pipeline(createReadStream(file), response);
  } catch {
    response.destroy();
  }
}
