/**
 * Guests behind a real SSH server, which answers as a test wants.
 */

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { connectWhenReady } from '../../../platforms/guest/connect-ssh.js';
import { makeHarnessKeys } from '../../../platforms/guest/keys.js';
import { SshGuest, type SshGuestOptions } from '../../../platforms/guest/ssh-guest.js';
import { type CommandHandler, localShell, startFakeSshd } from './fake-sshd.js';

export const keys = makeHarnessKeys();

/** A directory with programs that stand in for those of the guest. */
export async function bin(
  t: Test,
  programs: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'guest-'));
  t.teardown(async () => await rm(path, { recursive: true, force: true }));
  const sudo = 'test "$1" = -n && test "$2" = -- && shift 2 && exec "$@"';
  for (const [name, body] of Object.entries({ sudo, ...programs })) {
    await writeFile(join(path, name), `#!/bin/sh\n${body}\n`);
    await chmod(join(path, name), 0o755);
  }
  return path;
}

export async function guestOf(
  t: Test,
  onCommand: CommandHandler,
  extra: Partial<SshGuestOptions> = {},
) {
  const server = await startFakeSshd({ keys, onCommand });
  const { signal } = new AbortController();
  const target = { host: '127.0.0.1', port: server.port, user: 'core', keys };
  const connect = (signal: AbortSignal) => connectWhenReady({ ...target, signal });
  const guest = new SshGuest({ connect, signal, ...extra });
  t.teardown(async () => {
    guest.disconnect();
    await server.close();
  });
  return { guest, server };
}

export const shellGuest = async (t: Test, programs?: Readonly<Record<string, string>>) => {
  const path = await bin(t, programs);
  return { path, ...(await guestOf(t, localShell(path))) };
};
