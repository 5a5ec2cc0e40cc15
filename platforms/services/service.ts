/**
 * The servers on a machine's own network. Each listens on a unix socket that only the machine's QEMU
 * reaches, lives as long as the machine does, and can be made to vanish for a while.
 */

import type { Server, Socket } from 'node:net';
import { InfrastructureError, toError } from '../../harness/base/errors.js';
import { webServer } from '../../harness/base/web-server.js';
import type { ServiceRequest, TftpService } from '../../harness/model/services.js';
import { httpServer } from './http-artifacts.js';
import type { UpdateService } from './omaha/update-service.js';
import { tangServer } from './tang.js';

/** What to serve, and where. */
export interface ServiceOrder {
  readonly request: Exclude<ServiceRequest, TftpService>;
  readonly socket: string;
  /** Files of the host by path, read when they are asked for. */
  readonly hostFiles?: Readonly<Record<string, string>>;
  /** What an `omaha` service is, over all the servers that a machine has one after the other. */
  readonly updates?: UpdateService;
}

/** A running service. */
export interface Service {
  readonly address: string;
  /** While it is down, connections are closed as soon as they are made. */
  set(state: 'up' | 'down'): void;
  /** Ends it with its connections; resolves when they are gone. */
  stop(): Promise<void>;
}

/** Resolves when it listens. Throws SERVICE_FAILED (infrastructure). */
export async function startService(order: ServiceOrder): Promise<Service> {
  const { request, socket } = order;
  const server = serverOf(order);
  const open = new Set<Socket>();
  let state: 'up' | 'down' = 'up';
  // Before the server's own listener, which must not see what is refused.
  server.prependListener('connection', (connection: Socket) => {
    if (state === 'down') return void connection.destroy();
    open.add(connection);
    connection.once('close', () => open.delete(connection));
  });
  await listen(server, socket);
  const drop = () => {
    for (const connection of open) connection.destroy();
  };
  return {
    address: request.address,
    set: (wanted) => {
      state = wanted;
      if (wanted === 'down') drop();
    },
    stop: async () => {
      // One that is stopped already says so, which is as good.
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      drop();
      await closed;
    },
  };
}

function serverOf({ request, socket, hostFiles, updates }: ServiceOrder): Server {
  if (request.kind === 'tang') return tangServer(request, `${socket}.keys`);
  if (request.kind === 'http') return httpServer(request, hostFiles ?? {});
  return webServer(updates?.listener ?? ((_, response) => response.writeHead(503).end()));
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
