/**
 * HTTP servers for guests. A connection that a client keeps open is the client's to close: one that
 * the server closes after some idle seconds (5, Node's default) may be closed just as the next request
 * is on its way, which that client then sees fail.
 */

import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

/** Listens nowhere yet; with a certificate and its key (PEM) it speaks TLS. */
export function webServer(
  listener: RequestListener,
  tls?: { readonly certificate: string; readonly key: string },
): Server {
  const server = tls
    ? createTlsServer({ cert: tls.certificate, key: tls.key }, listener)
    : createServer(listener);
  server.keepAliveTimeout = 0;
  return server;
}
