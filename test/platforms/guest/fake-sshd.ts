/**
 * An SSH server in this process whose sessions are decided by the test: real protocol, no sshd. It
 * can also run commands with the local shell, so that quoting and scripts are proved and not assumed.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import type { HarnessKeys } from '../../../platforms/guest/keys.js';

/** Answers one command; it must end the channel itself. */
export type CommandHandler = (command: string, channel: ServerChannel) => void;

export interface FakeSshd {
  readonly port: number;
  /** Connections that were let in so far. */
  logins(): number;
  /** Has every client exchange new keys; resolves when all have. */
  rekeyAll(): Promise<void>;
  /** Ends all connections without a word. */
  dropAll(): void;
  close(): Promise<void>;
}

export interface FakeSshdOptions {
  readonly keys: HarnessKeys;
  readonly onCommand: CommandHandler;
  /** Whether the n-th login, from 1, is let in. Default: always. */
  readonly letIn?: (login: number) => boolean;
  readonly banner?: string;
  /** How many sessions are refused before the first is granted. Default 0. */
  readonly refusedSessions?: number;
}

/** Starts a server on a free port of the loopback interface. */
export async function startFakeSshd(options: FakeSshdOptions): Promise<FakeSshd> {
  const clients = new Set<Connection>();
  let logins = 0;
  let asked = 0;
  let toRefuse = options.refusedSessions ?? 0;
  const hostKeys = [options.keys.host.privateKey];
  const config = options.banner === undefined ? { hostKeys } : { hostKeys, banner: options.banner };
  const server = new ssh2.Server(config, (client) => {
    clients.add(client);
    client.on('error', () => undefined);
    client.on('close', () => clients.delete(client));
    client.on('authentication', (context) => {
      if (context.method !== 'publickey') return context.reject(['publickey']);
      if (!context.signature) return context.accept();
      asked += 1;
      if (options.letIn?.(asked) ?? true) return context.accept();
      return context.reject();
    });
    client.on('ready', () => {
      logins += 1;
      client.on('session', (accept, reject) => {
        toRefuse -= 1;
        if (toRefuse >= 0) reject();
        else serveSession(accept(), options.onCommand);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dropAll = () => {
    for (const client of clients) client.end();
  };
  return {
    port: (server.address() as AddressInfo).port,
    logins: () => logins,
    rekeyAll: async () => {
      const done = [...clients].map(
        (client) => new Promise<void>((ok) => client.rekey(() => ok())),
      );
      await Promise.all(done);
    },
    dropAll,
    close: async () => {
      dropAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function serveSession(session: ssh2.Session, onCommand: CommandHandler): void {
  session.on('signal', (accept) => accept?.());
  session.on('exec', (accept, _reject, info) => {
    const channel = accept();
    channel.on('error', () => undefined);
    onCommand(info.command, channel);
  });
}

/** Runs commands with the local `sh`, like a login shell would; `path` comes first in PATH. */
export function localShell(path: string): CommandHandler {
  return (command, channel) => {
    const environment = { ...process.env, PATH: `${path}:${process.env['PATH']}` };
    // A process group of its own, so that what the command started ends with it.
    const child = spawn('sh', ['-c', command], { env: environment, detached: true });
    const { pid } = child;
    child.stdin.on('error', () => undefined);
    channel.pipe(child.stdin);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    channel.on('close', () => {
      if (pid !== undefined && child.exitCode === null && child.signalCode === null) {
        process.kill(-pid, 'SIGKILL');
      }
    });
    child.on('close', (code, signal) => {
      if (code !== null) channel.exit(code);
      else channel.exit((signal ?? 'KILL').replace('SIG', ''));
      channel.end();
    });
  };
}
