/**
 * Mutual exclusion between processes of one host. The kernel holds the lock for us, so it ends with
 * its holder whatever way that dies, and leaves no file behind.
 */

import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { pause } from './poll.js';

/** How long to wait, and whom to tell once that there is something to wait for. */
export interface LockOptions {
  readonly signal: AbortSignal;
  readonly onWait?: () => void;
}

/** How often a taken lock is tried again: nothing announces that it was given back. */
const retryMs = 200;

/**
 * Waits for the lock of a name, then holds it until disposed. Binding an abstract unix socket
 * (unix(7)) is the lock: atomic, and also exclusive within one process. Throws the signal's reason.
 */
export async function holdLock(
  name: string,
  { signal, onWait }: LockOptions,
): Promise<AsyncDisposable> {
  for (let waited = false; ; waited = true) {
    signal.throwIfAborted();
    const lock = await tryLock(name);
    if (lock) return lock;
    if (!waited) onWait?.();
    await pause(retryMs, signal);
  }
}

/** The same without waiting: undefined where another holds it. */
export async function tryLock(name: string): Promise<AsyncDisposable | undefined> {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 32);
  const server = await tryBind(`\0switchyard-${digest}`);
  return server && { [Symbol.asyncDispose]: () => close(server) };
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
