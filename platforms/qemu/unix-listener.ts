/**
 * A unix socket that takes exactly one connection: QEMU connects to the harness as it starts.
 */

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { withResolvers } from '../../harness/base/deadline.js';
import { InfrastructureError } from '../../harness/base/errors.js';

/** A socket that already listens. */
export interface UnixListener extends Disposable {
  /** The one connection. Stays pending if nobody connects: race it with what would prevent that. */
  readonly connection: Promise<Socket>;
}

/** A socket's address holds 108 bytes with the closing zero (unix(7)). */
const maxPathBytes = 107;

/** Listens; disposing stops that, and leaves a connection that was made alone. */
export async function listenOnce(path: string): Promise<UnixListener> {
  if (Buffer.byteLength(path) > maxPathBytes) throw tooLong(path);
  const { promise, resolve } = withResolvers<Socket>();
  const server = createServer((socket) => {
    server.close();
    resolve(socket);
  });
  server.listen(path);
  await once(server, 'listening');
  return { connection: promise, [Symbol.dispose]: () => void server.close() };
}

function tooLong(path: string): InfrastructureError {
  const message = `socket path ${path} is longer than ${maxPathBytes} bytes; set TMPDIR to a shorter directory`;
  return new InfrastructureError('SOCKET_PATH_TOO_LONG', message, { phase: 'host' });
}
