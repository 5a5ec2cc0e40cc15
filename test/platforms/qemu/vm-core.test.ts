/**
 * A VM that does not come as far as to be used, over a process that is only its end.
 */

import type { Socket } from 'node:net';
import t from 'tap';
import { withResolvers } from '../../../harness/base/deadline.js';
import type { HarnessError } from '../../../harness/base/errors.js';
import { BootObserver } from '../../../platforms/qemu/boot-observer.js';
import { identifyProcess } from '../../../platforms/qemu/host-process.js';
import type { QemuExit } from '../../../platforms/qemu/qemu-process.js';
import type { UnixListener } from '../../../platforms/qemu/unix-listener.js';
import { VmCore, type VmListeners, type VmOptions } from '../../../platforms/qemu/vm-core.js';

/** A socket to which nobody has connected so far. */
function listener(connection: Promise<Socket> = new Promise(() => undefined)): UnixListener {
  return { connection, [Symbol.dispose]: () => undefined };
}

function listenersOf(change: Partial<VmListeners> = {}): VmListeners {
  const none = { hold: undefined, journal: undefined, standby: undefined, witness: undefined };
  return { console: listener(), qmp: listener(), ...none, ...change };
}

function coreOf(change: Partial<VmOptions> = {}) {
  const exited = withResolvers<QemuExit>();
  const told: HarnessError[] = [];
  const options = {
    machine: 'main-0',
    spec: {},
    slowness: 1,
    observer: new BootObserver({ machine: 'main-0', onEvent: () => undefined }),
    signal: new AbortController().signal,
    onEnded: (cause: HarnessError) => void told.push(cause),
    ...change,
  } as unknown as VmOptions;
  const identity = identifyProcess(process.pid);
  if (!identity) throw new Error('no /proc');
  const running = { identity, exited: exited.promise, kill: () => undefined };
  const core = new VmCore(options, { ...running, stderrTail: async () => 'no such option' }, []);
  return { core, exited, told };
}

const { signal } = new AbortController();

t.test('a process that ends before it is connected is told by its launch alone', async (t) => {
  const { core, exited, told } = coreOf();
  const launch = core.connect(listenersOf(), signal);
  exited.resolve({ code: 1, signal: undefined });
  const error = { code: 'QEMU_EXITED', evidence: 'no such option', exit: { code: 1 } };
  await t.rejects(launch, error);
  t.same(told, [], 'whoever launched it may try again');
});
