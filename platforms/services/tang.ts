/**
 * A Tang server: the real program, once for each connection, as inetd and systemd start it.
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { TangService } from '../../harness/model/services.js';

/** Where distributions put the program, which is not meant to be run by hand. */
const places = ['/usr/libexec/tangd', '/usr/lib/x86_64-linux-gnu/tangd', '/usr/lib/tangd'];

/** The program; undefined when the package `tang` is not installed. */
export function findTang(): string | undefined {
  return places.find((path) => existsSync(path));
}

/** A server of these keys, which it is given as files of this directory. */
export function tangServer({ keys }: TangService, directory: string): Server {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(keys)) {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
  }
  const program = findTang() ?? 'tangd';
  return createServer((connection) => {
    bridge(connection, spawn(program, [directory], { stdio: ['pipe', 'pipe', 'ignore'] }));
  });
}

/** Ends with either of the two. */
function bridge(connection: Socket, tang: ChildProcessByStdio<Writable, Readable, null>): void {
  const end = () => {
    tang.kill('SIGKILL');
    connection.destroy();
  };
  tang.once('error', end).once('exit', () => connection.end());
  connection.once('error', end).once('close', end);
  tang.stdin.on('error', end);
  connection.pipe(tang.stdin);
  tang.stdout.pipe(connection);
}
