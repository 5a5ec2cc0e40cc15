/**
 * One builder at a time per cache. The kernel holds the lock for us, so it ends with the process
 * whatever way that dies.
 */

import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { shortDigest } from './build-options.js';

/**
 * Waits for the lock of a directory, then holds it until disposed. An abstract unix socket is the
 * lock: binding it is atomic and it leaves no file behind.
 */
export async function lockDirectory(
  directory: string,
  { signal, log }: { readonly signal: AbortSignal; readonly log: (line: string) => void },
): Promise<AsyncDisposable> {
  await mkdir(directory, { recursive: true });
  const address = `\0switchyard-build-${shortDigest(directory)}`;
  for (let waited = 0; ; waited++) {
    const server = await tryBind(address);
    if (server) return { [Symbol.asyncDispose]: () => close(server) };
    if (waited === 0) log('another process is building; waiting for it');
    await sleep(500, undefined, { signal });
  }
}

async function tryBind(address: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  return await new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(address, () => resolve(server));
    server.unref();
  });
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
