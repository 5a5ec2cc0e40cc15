/**
 * SSH to one VM: the forwarded port, and the true cause in place of a connection that broke because
 * QEMU has ended.
 */

import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { scaleLimit } from '../../harness/base/deadline.js';
import { HarnessError, InfrastructureError } from '../../harness/base/errors.js';
import { poll } from '../../harness/base/poll.js';
import type { ExecResult } from '../../harness/model/machine.js';
import { type CarriedSession, goOn } from '../guest/carried-session.js';
import {
  mayPass as connectionMayPass,
  connectWhenReady,
  type SshTarget,
} from '../guest/connect-ssh.js';
import type { ConnectionLost } from '../guest/connection-lost.js';
import type { HarnessKeys } from '../guest/keys.js';
import type { SshConnection } from '../guest/ssh-connection.js';
import { SshGuest } from '../guest/ssh-guest.js';
import { doorbellPort, ringUntilRefused } from './doorbell.js';
import type { ForwardedPort } from './forwarded-ports.js';
import type { Vm } from './vm.js';

/** An SSH server of the guest at the other end, which is logged in to already. */
export interface Standby {
  readonly socket: Duplex;
  readonly session: CarriedSession;
}

/** What access needs. */
export interface GuestAccessOptions {
  readonly machine: string;
  readonly vm: Vm;
  readonly keys: HarnessKeys;
  readonly slowness: number;
  readonly onCommand?: (result: ExecResult) => void;
  /** A session that waits, for the first connection. */
  readonly standby?: Standby | undefined;
  /** The attempt's. */
  readonly signal: AbortSignal;
}

/** How long the exit of QEMU may come after the loss of the connection that it caused. */
const exitLagMs = 1_000;

/** How long to wait for a sign of the guest's network; a NIC of QEMU's that shows none is rare. */
const blindKnockMs = 60_000;

/** From that sign to a guest that has its address, or is taken to have a firewall. */
const addressMs = 10_000;

/** For the first try to have a command answered, with all that connecting takes. */
const firstAnswerMs = 60_000;

/** Which machine is to be reached. */
export type Reach = Pick<GuestAccessOptions, 'machine' | 'vm' | 'slowness'>;

/** Until the guest has an address, as far as can be told from outside. Throws the signal's reason. */
export async function awaitNetwork(
  { machine, vm, slowness }: Reach,
  signal: AbortSignal,
): Promise<void> {
  const bell = forwardedPort(machine, vm.ports, { nic: 0, port: doorbellPort });
  await vm.network.pass(scaleLimit(blindKnockMs, slowness), signal);
  await ringUntilRefused({ ...bell, limitMs: scaleLimit(addressMs, slowness), signal });
}

/** A guest whose verbs end with the attempt, or with the VM and the cause of its end. */
export class GuestAccess {
  readonly guest: SshGuest;
  #onRefused: (error: Error) => void = () => undefined;
  #standby: Standby | undefined;

  constructor(options: GuestAccessOptions) {
    const { vm, keys, slowness } = options;
    const port = forwardedPort(options.machine, vm.ports, { nic: 0, port: 22 });
    const target = { host: '127.0.0.1', port: port.hostPort, user: 'core', keys };
    const onRefused = (error: Error) => this.#onRefused(error);
    this.#standby = options.standby;
    this.guest = new SshGuest({
      connect: async (signal) => {
        const connection = await this.#overStandby({ ...target, slowness, signal });
        if (connection) return connection;
        await awaitNetwork(options, signal);
        return await connectWhenReady({ ...target, slowness, signal, onRefused });
      },
      signal: AbortSignal.any([options.signal, vm.signal]),
      slowness,
      ...(options.onCommand && { onCommand: options.onCommand }),
      explain: (lost) => explainLoss(vm, lost),
    });
  }

  /** What waits at the standby's other end serves once; if it does not, the guest is called. */
  async #overStandby(target: SshTarget): Promise<SshConnection | undefined> {
    const standby = this.#standby;
    this.#standby = undefined;
    if (standby === undefined) return undefined;
    try {
      return await goOn(target, standby.socket, standby.session);
    } catch (error) {
      target.signal.throwIfAborted();
      if (!connectionMayPass(error)) throw error;
      this.#onRefused(error);
      return undefined;
    }
  }

  /**
   * Resolves when the guest has answered `true`; tries until the signal aborts. Each try is given twice
   * the time of the one before: on a host that is full all of them may be slow, not one of them dead.
   */
  async answer(signal: AbortSignal, onRefused: (error: Error) => void): Promise<void> {
    this.#onRefused = onRefused;
    let timeoutMs = firstAnswerMs;
    const tryOnce = async () => {
      const answered = await this.#tryOnce(timeoutMs);
      timeoutMs *= 2;
      return answered;
    };
    await poll(tryOnce, { signal, intervalMs: 250 });
  }

  async #tryOnce(timeoutMs: number): Promise<true | undefined> {
    try {
      await this.guest.output(['true'], { timeoutMs });
      return true;
    } catch (error) {
      if (!mayPass(error)) throw error;
      this.#onRefused(error);
      return undefined;
    }
  }
}

/** A guest that is still booting may hang up, or take too long over a first command. */
function mayPass(error: unknown): error is HarnessError {
  const passing = ['GUEST_UNREACHABLE', 'COMMAND_TIMEOUT', 'COMMAND_FAILED'];
  return error instanceof HarnessError && passing.includes(error.code);
}

async function explainLoss(vm: Vm, lost: ConnectionLost): Promise<HarnessError> {
  await delay(exitLagMs, undefined, { signal: vm.signal }).catch(() => undefined);
  return vm.signal.reason instanceof HarnessError ? vm.signal.reason : lost;
}

/** The host's side of a forward. Throws NO_FORWARD when the topology did not ask for it. */
export function forwardedPort(
  machine: string,
  ports: readonly ForwardedPort[],
  target: { readonly nic: number; readonly port: number },
): ForwardedPort {
  const network = `nic${target.nic}`;
  const found = ports.find((port) => port.network === network && port.guestPort === target.port);
  if (found) return found;
  const known = ports.map((port) => `${port.network}:${port.guestPort}`).join(', ') || 'none';
  const message = `${machine}: no forward to ${network} port ${target.port}; there are: ${known}`;
  throw new InfrastructureError('NO_FORWARD', message, { machine });
}
