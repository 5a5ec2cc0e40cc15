/**
 * An SSH session that waits in a template: its server has called the harness, which has logged in, and is
 * frozen while it listens for the first command. A fork need neither start one nor log in, which under
 * emulation is three quarters of the time until that is answered. The call goes over the guest's own
 * network, like any other connection.
 */

import { withDeadline } from '../../../harness/base/deadline.js';
import { CancelledError } from '../../../harness/base/errors.js';
import type { Guest } from '../../../harness/model/machine.js';
import { type OpenSession, openToCarry } from '../../guest/carried-session.js';
import type { HarnessKeys } from '../../guest/keys.js';
import { callPlaces } from '../argv-sockets.js';
import type { Standby } from '../guest-access.js';
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

/** Where the session comes from, and within which limits. */
export interface StandbyLimits {
  readonly keys: HarnessKeys;
  readonly slowness: number;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Opens it in a guest that is about to be frozen; undefined when the guest has no such server to offer,
 * which costs its forks a second.
 */
export async function keepStandby(
  guest: Guest,
  { standby }: Vm,
  { keys, slowness, limitMs, signal }: StandbyLimits,
): Promise<OpenSession | undefined> {
  if (!standby) return undefined;
  const late = () => new CancelledError('NO_STANDBY', 'no SSH server called');
  using deadline = withDeadline(signal, limitMs, late);
  const started = await guest.sh(standbyScript, { sudo: true });
  if (started.status !== 0) return undefined;
  const target = { host: address, port, user: 'core', keys, slowness, signal: deadline.signal };
  const session = await openToCarry(target, standby).catch(() => undefined);
  signal.throwIfAborted();
  return session;
}

/** The harness's end of the call in a fork, and how to go on. */
export function reachStandby({ standby }: Vm, { meta }: Template): Standby | undefined {
  if (!standby || meta.standby === undefined) return undefined;
  return { socket: standby, session: meta.standby };
}
