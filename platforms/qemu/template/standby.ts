/**
 * An SSH server that waits in a template: it has called the harness, said who it is, and is frozen
 * while it listens. A fork need not start one, which under emulation is half of the time until its
 * first command is answered. The call goes over the guest's own network, like any other connection.
 */

import type { Duplex } from 'node:stream';
import { abortable, withDeadline } from '../../../harness/base/deadline.js';
import { CancelledError } from '../../../harness/base/errors.js';
import type { Guest } from '../../../harness/model/machine.js';
import { GreetedStream, greetServer } from '../../guest/greeted-stream.js';
import { callPlaces } from '../argv-sockets.js';
import type { Vm } from '../vm.js';
import type { Template } from './template.js';

const { address, port } = callPlaces.standby;

/**
 * As `sshd.socket` would start it, but from inside: bash connects. However it ends, be it for want of
 * a program (bash(1), EXIT STATUS) or of the right to start it (203, systemd.exec(5)), is no fault of the
 * machine, and no trace of its unit stays. Under SELinux a socket has the domain of who opened it, and the
 * server may use only its own once the machine enforces: so bash connects in that domain. Without SELinux
 * the property says nothing.
 */
export const standbyScript = `systemd-run --quiet --collect --unit=ssh-standby \\
  --property='SuccessExitStatus=1 126 127 203 255' \\
  --property=SELinuxContext=-system_u:system_r:sshd_t:s0 \\
  --property=RuntimeDirectory=sshd --property=RuntimeDirectoryPreserve=yes \\
  bash -c 'exec /usr/sbin/sshd -i <>/dev/tcp/${address}/${port} >&0'`;

/**
 * Starts it in a guest that is about to be frozen. Returns its greeting in base64; undefined when the
 * guest has no such server to offer, which costs its forks a second.
 */
export async function keepStandby(
  guest: Guest,
  { standby }: Vm,
  { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal },
): Promise<string | undefined> {
  if (!standby) return undefined;
  const late = () => new CancelledError('NO_STANDBY', 'no SSH server called');
  using deadline = withDeadline(signal, limitMs, late);
  const started = await guest.sh(standbyScript, { sudo: true });
  if (started.status !== 0) return undefined;
  const greeting = await abortable(greetServer(standby), deadline.signal).catch(() => undefined);
  signal.throwIfAborted();
  return greeting?.toString('base64');
}

/** The harness's end of the call in a fork. */
export function reachStandby({ standby }: Vm, { meta }: Template): Duplex | undefined {
  if (!standby || meta.standby === undefined) return undefined;
  return new GreetedStream(standby, Buffer.from(meta.standby, 'base64'));
}
