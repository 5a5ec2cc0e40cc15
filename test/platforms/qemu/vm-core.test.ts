/**
 * A VM that does not come as far as to be used, over a process that is only its end.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { withResolvers } from '../../../harness/base/deadline.js';
import type { HarnessError } from '../../../harness/base/errors.js';
import { identifyProcess } from '../../../harness/base/host-process.js';
import { makeTempDirectory, removeTree } from '../../../harness/base/run-dir.js';
import { BootObserver } from '../../../platforms/qemu/boot-observer.js';
import type { QemuExit } from '../../../platforms/qemu/qemu-process.js';
import type { UnixListener } from '../../../platforms/qemu/unix-listener.js';
import { VmCore } from '../../../platforms/qemu/vm-core.js';
import type { VmOptions } from '../../../platforms/qemu/vm-options.js';
import type { VmListeners } from '../../../platforms/qemu/vm-sockets.js';

/** A socket to which nobody has connected so far. */
function listener(connection: Promise<Socket> = new Promise(() => undefined)): UnixListener {
  return { connection, [Symbol.dispose]: () => undefined };
}

function listenersOf(change: Partial<VmListeners> = {}): VmListeners {
  const none = { hold: undefined, journal: undefined, standby: undefined, witness: undefined };
  return { console: listener(), qmp: listener(), ...none, ...change };
}

function coreOf(change: Partial<VmOptions> = {}, child?: ChildProcess) {
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
  const identity = identifyProcess(child?.pid ?? process.pid);
  if (!identity) throw new Error('no /proc');
  const kill = (name: NodeJS.Signals) => void child?.kill(name);
  const running = { identity, exited: exited.promise, kill };
  const core = new VmCore(options, { ...running, stderrTail: async () => 'no such option' }, []);
  return { core, exited, told };
}

const { signal } = new AbortController();

/** Both ends of a connection. */
async function pair(t: Pick<Tap, 'teardown'>): Promise<readonly [ours: Socket, theirs: Socket]> {
  const directory = await makeTempDirectory('yard-vm');
  t.teardown(async () => await removeTree(directory));
  const path = join(directory, 's');
  const server = createServer().listen(path);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const theirs = connect(path);
  const [ours] = (await accepted) as [Socket];
  t.teardown(() => {
    theirs.destroy();
    ours.destroy();
    server.close();
  });
  return [ours, theirs];
}
type Tap = typeof t;

/** Speaks QMP, and says of every migration that it is on its way. */
async function neverLoads(t: Pick<Tap, 'teardown'>): Promise<Socket> {
  const [ours, theirs] = await pair(t);
  const say = (message: object) => theirs.write(`${JSON.stringify(message)}\r\n`);
  createInterface({ input: theirs }).on('line', (line) => {
    say({ return: { status: 'active' }, id: (JSON.parse(line) as { id: number }).id });
  });
  say({ QMP: { version: {} } });
  return ours;
}

t.test('a process that opens no sockets is not waited for', async (t) => {
  const { core } = coreOf({ slowness: 0.0005 });
  const message = 'main-0: QEMU did not open its sockets and answer within 30 ms';
  await t.rejects(core.connect(listenersOf(), signal), {
    ...{ code: 'QEMU_NOT_CONNECTED', kind: 'infrastructure' },
    message: `${message}; is a disk of the host stalled?`,
  });
});

t.test('a state that is never loaded is not waited for', async (t) => {
  const { core } = coreOf({ slowness: 0.002, stateFile: '/cache/state' });
  const [console] = await pair(t);
  const sockets = {
    console: listener(Promise.resolve(console)),
    qmp: listener(neverLoads(t)),
  };
  const error = { code: 'THAW_TIMEOUT', kind: 'infrastructure', message: /main-0: .* 120 ms$/ };
  await t.rejects(core.connect(listenersOf(sockets), signal), error);
});

t.test('a process that ends before it is connected is told by its launch alone', async (t) => {
  const { core, exited, told } = coreOf();
  const launch = core.connect(listenersOf(), signal);
  exited.resolve({ code: 1, signal: undefined });
  const error = { code: 'QEMU_EXITED', evidence: 'no such option', exit: { code: 1 } };
  await t.rejects(launch, error);
  t.same(told, [], 'whoever launched it may try again');
});

t.test('what a process had taken when it was killed is still known', async (t) => {
  const child = spawn(process.execPath, ['-e', 'console.log("x"); for (;;);']);
  await once(child.stdout, 'data');
  const { core, exited } = coreOf({}, child);
  core.kill();
  await once(child, 'exit');
  exited.resolve({ code: undefined, signal: 'SIGKILL' });
  const usage = core.usage.look();
  t.ok(usage && usage.peakMemoryMiB > 1, JSON.stringify(usage));
});
