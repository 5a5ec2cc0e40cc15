/**
 * An SSH session that outlives its client. One client opens it, with all that costs the server time:
 * keys, proofs, the login. In a copy of the machine the server is as that client left it; another client
 * is given its secrets, hears what it heard, and goes on.
 */

import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { z } from 'zod';
import { InfrastructureError, toError } from '../../harness/base/errors.js';
import { connectSsh, type SshTarget } from './connect-ssh.js';
import { CarriedStream, RememberedStream } from './lent-stream.js';
import { giveSecrets, type SessionSecrets, takeSecrets } from './session-secrets.js';
import type { SshConnection } from './ssh-connection.js';

/** All that a client needs: see `Past` and `SessionSecrets`. */
export const carriedSessionSchema = z.object({
  said: z.base64(),
  heardBytes: z.int(),
  kexInit: z.base64(),
  ephemeralKey: z.base64(),
});

/** In a form that can be stored. It opens the machine, like the harness's key. */
export type CarriedSession = z.infer<typeof carriedSessionSchema>;

/** A session that is open, and idle. */
export interface OpenSession {
  readonly connection: SshConnection;
  /** As it is now: ask when the machine stands still. */
  carry(): CarriedSession;
}

/** Opens one that says nothing by itself. Throws what `connectSsh` throws. */
export async function openToCarry(
  target: Omit<SshTarget, 'stream'>,
  socket: Duplex,
): Promise<OpenSession> {
  const stream = new RememberedStream(socket);
  let secrets: SessionSecrets | undefined;
  const connection = await connectSsh({
    ...target,
    stream,
    timeouts: { ...target.timeouts, keepaliveMs: 0 },
    onHostKey: (client) => {
      secrets = takeSecrets(client);
    },
  });
  const taken = secrets;
  if (!taken) throw new Error('a server that was believed without a key');
  return { connection, carry: () => ({ ...stream.past, ...taken }) };
}

/**
 * Goes on with one, over a connection to its server, which is not asked for that. Throws
 * SESSION_NOT_CARRIED (infrastructure) when this is no session of such a client; what `connectSsh` throws
 * when the connection ends meanwhile.
 */
export async function goOn(
  target: Omit<SshTarget, 'stream'>,
  socket: Duplex,
  session: CarriedSession,
): Promise<SshConnection> {
  const stream = new CarriedStream(socket, session);
  const onHostKey = (client: Client) => giveSecrets(client, session);
  try {
    return await connectSsh({ ...target, stream, onHostKey });
  } catch (error) {
    target.signal.throwIfAborted();
    if (!socket.readable) throw error;
    const message = `an SSH session can not be gone on with: ${toError(error).message}`;
    throw new InfrastructureError('SESSION_NOT_CARRIED', message, { phase: 'ssh', cause: error });
  }
}
