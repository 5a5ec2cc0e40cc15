/**
 * The verbs against a server in this process: most run real commands with the local shell, with
 * small programs in place of sudo and systemd.
 */

import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Test, t } from 'tap';
import { HarnessError } from '../../../harness/base/errors.js';
import type { ExecResult } from '../../../harness/model/machine.js';
import { connectWhenReady } from '../../../platforms/guest/connect-ssh.js';
import { makeHarnessKeys } from '../../../platforms/guest/keys.js';
import { rebootGuest } from '../../../platforms/guest/reboot-guest.js';
import { SshGuest, type SshGuestOptions } from '../../../platforms/guest/ssh-guest.js';
import { type CommandHandler, localShell, startFakeSshd } from './fake-sshd.js';

const keys = makeHarnessKeys();
const me = userInfo();
const owner = `${me.uid}:${me.gid}`;

/** A directory with programs that stand in for those of the guest. */
async function bin(t: Test, programs: Readonly<Record<string, string>> = {}): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'guest-'));
  t.teardown(async () => await rm(path, { recursive: true, force: true }));
  const sudo = 'test "$1" = -n && test "$2" = -- && shift 2 && exec "$@"';
  for (const [name, body] of Object.entries({ sudo, ...programs })) {
    await writeFile(join(path, name), `#!/bin/sh\n${body}\n`);
    await chmod(join(path, name), 0o755);
  }
  return path;
}

async function guestOf(t: Test, onCommand: CommandHandler, extra: Partial<SshGuestOptions> = {}) {
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

const shellGuest = async (t: Test, programs?: Readonly<Record<string, string>>) => {
  const path = await bin(t, programs);
  return { path, ...(await guestOf(t, localShell(path))) };
};

t.test('exec passes exact arguments and reports the status', async (t) => {
  const { guest } = await shellGuest(t);
  const argv = ['printf', '%s|', 'a b', "it's", '$HOME', '', '*\n'] as const;
  const result = await guest.exec(argv);
  t.equal(result.stdout, "a b|it's|$HOME||*\n|");
  t.equal(result.status, 0);
  t.same(result.argv, argv);
  const failed = await guest.exec(['sh', '-c', 'echo no >&2; exit 7']);
  t.match(failed, { status: 7, stderr: 'no\n', signal: undefined, truncated: false });
});

t.test('exec without input does not wait for any', async (t) => {
  const { guest } = await shellGuest(t);
  t.equal((await guest.exec(['cat'])).stdout, '');
  t.equal((await guest.exec(['cat'], { stdin: 'in\n' })).stdout, 'in\n');
});

t.test('sudo is asked for by option only', async (t) => {
  const { guest } = await shellGuest(t, { sudo: 'echo "sudo $*"' });
  t.equal(await guest.output(['id'], { sudo: true }), 'sudo -n -- id');
});

t.test('output throws COMMAND_FAILED with status and stderr', async (t) => {
  const { guest } = await shellGuest(t);
  t.equal(await guest.output(['echo', 'x']), 'x');
  await t.rejects(guest.output(['sh', '-c', 'echo why >&2; exit 3']), {
    code: 'COMMAND_FAILED',
    kind: 'product',
    message: /exited with 3: why/,
  });
});

t.test('a command ended by a signal has no status', async (t) => {
  const { guest } = await shellGuest(t);
  const result = await guest.exec(['sh', '-c', 'kill -TERM $$']);
  t.match(result, { status: undefined, signal: 'SIGTERM' });
});

t.test('sh runs scripts whose commands cannot eat the rest', async (t) => {
  const { guest } = await shellGuest(t);
  const result = await guest.sh('cat\necho "one $(cat <<END\ntwo\nEND\n)" # remark');
  t.match(result, { status: 0, stdout: 'one two\n' });
  t.equal((await guest.sh('false\necho not reached')).stdout, '');
  t.not((await guest.sh('echo "$unset_variable"')).status, 0);
  t.equal((await guest.sh('exit 5')).status, 5);
  t.equal((await guest.sh('')).status, 0);
  t.equal((await guest.sh('cat', { stdin: 'given' })).stdout, 'given');
});

t.test('a script is recorded and quoted by what it says', async (t) => {
  const told: ExecResult[] = [];
  const path = await bin(t, {});
  const onCommand = (result: ExecResult) => told.push(result);
  const { guest } = await guestOf(t, localShell(path), { onCommand });
  const result = await guest.sh('echo a\nfalse', { sudo: true });
  t.strictSame(result.argv, ['sudo', '-n', '--', 'sh', '-eu', '-c', 'echo a\nfalse']);
  t.strictSame(told, [result]);
});

t.test('a command that is cut off is recorded with the reason', async (t) => {
  const told: ExecResult[] = [];
  const path = await bin(t, {});
  const onCommand = (result: ExecResult) => told.push(result);
  const { guest } = await guestOf(t, localShell(path), { onCommand });
  const hanging = guest.exec(['sleep', '60'], { timeoutMs: 300 });
  await t.rejects(hanging, { code: 'COMMAND_TIMEOUT' });
  t.match(told, [{ argv: ['sleep', '60'], status: undefined, stderr: /did not end within/ }]);
});

t.test('many commands share one connection, more than it has sessions', async (t) => {
  const { guest, server } = await shellGuest(t);
  const numbers = Array.from({ length: 25 }, (_, index) => String(index));
  const answers = await Promise.all(numbers.map((number) => guest.output(['echo', number])));
  t.same(answers, numbers);
  t.equal(server.logins(), 1);
});

t.test('output over 1 MiB is cut and the command still ends', async (t) => {
  const { guest } = await shellGuest(t);
  const result = await guest.exec(['sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x']);
  t.match(result, { status: 0, truncated: true });
  t.equal(result.stdout.length, 1024 * 1024);
  const script = 'head -c 3000000 /dev/zero';
  await t.rejects(guest.output(['sh', '-c', script]), { code: 'OUTPUT_TRUNCATED' });
});

t.test('a late command is named with its limit and last output', async (t) => {
  const { guest } = await shellGuest(t);
  const late = guest.exec(['sh', '-c', 'echo working; sleep 30'], { timeoutMs: 2_000 });
  await t.rejects(late, {
    code: 'COMMAND_TIMEOUT',
    kind: 'product',
    message: /sh -c '.*' did not end within \d+ ms; its last output: working/,
  });
  t.equal(await guest.output(['echo', 'alive']), 'alive', 'the connection survives');
});

t.test('the signal ends a command with its reason', async (t) => {
  const controller = new AbortController();
  const path = await bin(t);
  const { guest } = await guestOf(t, localShell(path), { signal: controller.signal });
  await guest.exec(['true']);
  const reason = new HarnessError('cancelled', 'RUN_INTERRUPTED', 'interrupted');
  setTimeout(() => controller.abort(reason), 50);
  await t.rejects(guest.exec(['sleep', '30']), reason);
});

t.test('a lost connection fails the command and the next one reconnects', async (t) => {
  const { guest, server } = await shellGuest(t);
  await guest.exec(['true']);
  setTimeout(() => server.dropAll(), 50);
  await t.rejects(guest.exec(['sleep', '30']), {
    code: 'GUEST_UNREACHABLE',
    kind: 'product',
    stage: 'session',
    message: /SSH connection lost/,
  });
  t.equal(await guest.output(['echo', 'back']), 'back');
  t.equal(server.logins(), 2);
});

t.test('whoever owns the VM can say why a connection was lost', async (t) => {
  const explain = () => new HarnessError('infrastructure', 'QEMU_EXITED', 'QEMU was killed');
  const { guest, server } = await guestOf(t, () => server.dropAll(), { explain });
  await t.rejects(guest.exec(['true']), { code: 'QEMU_EXITED', kind: 'infrastructure' });
});

t.test('a session that ends without a status is no success', async (t) => {
  const { guest } = await guestOf(t, (_command, channel) => channel.end());
  await t.rejects(guest.exec(['true']), {
    code: 'GUEST_UNREACHABLE',
    message: /ended the session of true without an exit status/,
  });
});

t.test('no connection within the deadline of a verb', async (t) => {
  const connect = () => new Promise<never>(() => undefined);
  const guest = new SshGuest({ connect, signal: new AbortController().signal });
  await t.rejects(guest.exec(['true'], { timeoutMs: 50 }), {
    code: 'GUEST_UNREACHABLE',
    message: 'no SSH connection within 50 ms, needed for true',
  });
});

t.test('files are written whole, with mode and owner, and read back', async (t) => {
  const { guest, path } = await shellGuest(t);
  const file = join(path, 'new dir', "it's");
  await guest.writeFile(file, 'höllo\n', { mode: '0640', owner });
  t.equal(await guest.readFile(file), 'höllo\n');
  t.equal((await stat(file)).mode & 0o777, 0o640);
  await guest.writeFile(file, Uint8Array.of(1, 2), { owner });
  t.same(await readFile(file), Buffer.of(1, 2));
  t.equal((await stat(file)).mode & 0o777, 0o644);
  t.same(await readdir(join(path, 'new dir')), ["it's"], 'no temporary file is left');
  await t.rejects(guest.readFile('/no/such/file'), { code: 'COMMAND_FAILED' });
});

t.test('a failed write leaves the old file and no other', async (t) => {
  const { guest, path } = await shellGuest(t);
  const directory = join(path, 'd');
  const file = join(directory, 'f');
  await guest.writeFile(file, 'old', { owner });
  await t.rejects(guest.writeFile(file, 'new', { owner: 'nobody-of-that-name:x' }), {
    code: 'COMMAND_FAILED',
  });
  t.equal(await readFile(file, 'utf8'), 'old');
  t.same(await readdir(directory), ['f']);
});

t.test('an upload that arrives in part is not installed', async (t) => {
  const path = await bin(t, { cat: 'head -c 3' });
  const { guest } = await guestOf(t, localShell(path));
  const file = join(path, 'd', 'f');
  await t.rejects(guest.writeFile(file, '123456', { owner }), { message: /got 3 of 6 bytes/ });
  t.same(await readdir(join(path, 'd')), []);
});

t.test('uploads stream large files', async (t) => {
  const { guest, path } = await shellGuest(t);
  const source = join(path, 'source');
  const contents = Buffer.alloc(20 * 1024 * 1024, 'switchyard');
  await writeFile(source, contents);
  await guest.upload(source, join(path, 'target'), { mode: '0755', owner });
  t.ok(contents.equals(await readFile(join(path, 'target'))));
  await t.rejects(guest.upload('/no/such', '/x'), { code: 'HOST_FILE', kind: 'usage' });
  await t.rejects(guest.upload(path, '/x'), { code: 'HOST_FILE', message: /not a regular file/ });
});

const show = (active: string) =>
  `printf 'Id=a.service\\nLoadState=loaded\\nActiveState=${active}\\nSubState=x=y\\nResult=exit-code\\n'`;

t.test('unit reads the properties of systemctl', async (t) => {
  const { guest } = await shellGuest(t, { systemctl: show('active') });
  t.same(await guest.unit('a'), {
    name: 'a.service',
    loadState: 'loaded',
    activeState: 'active',
    subState: 'x=y',
    unitFileState: '',
    result: 'exit-code',
  });
});

t.test('waitForUnit waits for the state', async (t) => {
  const path = await bin(t);
  const systemctl = `if test -e ${path}/go; then ${show('active')}; else ${show('activating')}; fi`;
  await writeFile(join(path, 'systemctl'), `#!/bin/sh\n${systemctl}\n`, { mode: 0o755 });
  const { guest } = await guestOf(t, localShell(path));
  setTimeout(() => void writeFile(join(path, 'go'), ''), 100);
  t.equal((await guest.waitForUnit('a.service', 'active')).activeState, 'active');
});

t.test('waitForUnit fails early and quotes the journal', async (t) => {
  const journalctl = 'printf "starting\\nout of cheese\\n"';
  const { guest } = await shellGuest(t, { systemctl: show('failed'), journalctl });
  await t.rejects(guest.waitForUnit('a.service', 'active'), {
    code: 'UNIT_FAILED',
    message: 'unit a.service failed (result exit-code): starting | out of cheese',
  });
  t.equal((await guest.waitForUnit('a.service', 'failed')).activeState, 'failed');
});

t.test('waitForUnit says what it saw last', async (t) => {
  const { guest } = await shellGuest(t, { systemctl: show('inactive') });
  await t.rejects(guest.waitForUnit('a.service', 'active', { timeoutMs: 400 }), {
    code: 'UNIT_TIMEOUT',
    message: /a\.service was not active within 400 ms; last seen: inactive \(x=y\)/,
  });
});

t.test('every deadline, given or not, is scaled once by the host', async (t) => {
  const slow = { slowness: 4 };
  const connect = () => new Promise<never>(() => undefined);
  const { signal } = new AbortController();
  const unreachable = new SshGuest({ connect, signal, ...slow });
  await t.rejects(unreachable.exec(['true'], { timeoutMs: 20 }), { message: /within 80 ms/ });
  const upload = unreachable.writeFile('/x', 'text', { timeoutMs: 15 });
  await t.rejects(upload, { message: /within 60 ms/ });

  const path = await bin(t, { systemctl: show('inactive') });
  const { guest } = await guestOf(t, localShell(path), slow);
  await guest.exec(['true']);
  // The time to find the connection counts.
  await t.rejects(guest.exec(['sleep', '30'], { timeoutMs: 250 }), {
    code: 'COMMAND_TIMEOUT',
    message: /did not end within (?:1000|[6-9]\d\d) ms/,
  });
  await t.rejects(guest.waitForUnit('a.service', 'active', { timeoutMs: 100 }), {
    message: /within 400 ms/,
  });
});

t.test('failed units by name', async (t) => {
  const list = "printf 'a.service loaded failed failed A thing\\nb.mount loaded failed failed\\n'";
  const { guest } = await shellGuest(t, { systemctl: list });
  t.same(await guest.failedUnits(), ['a.service', 'b.mount']);
});

t.test('journal asks for what the query says', async (t) => {
  const journalctl = `printf '{"MESSAGE":"%s","__REALTIME_TIMESTAMP":"5"}\\n' "$*"`;
  const { guest } = await shellGuest(t, { journalctl });
  const query = { unit: 'a.service', identifier: 'ignition', boot: -1, priority: 3 };
  const [entry] = await guest.journal(query);
  t.match(entry?.message, /--boot=-1 --unit=a\.service --identifier=ignition --priority=3$/);
  t.equal(entry?.realtimeUs, 5);
});

/** A guest whose boot id is that of the latest boot; `systemctl reboot` ends every connection. */
async function rebootable(t: Test, boots: readonly string[], slowness = 1) {
  let boot = 0;
  const answer: CommandHandler = (command, channel) => {
    if (command.includes('systemctl reboot')) {
      setTimeout(() => {
        server.dropAll();
        boot = Math.min(boot + 1, boots.length - 1);
      }, 100);
    } else channel.write(`${boots[boot]}\n`);
    channel.exit(0);
    channel.end();
  };
  const { guest, server } = await guestOf(t, answer, { slowness });
  return guest;
}

t.test('reboot is proved by another boot id', async (t) => {
  const guest = await rebootable(t, ['one', 'two']);
  t.equal(await rebootGuest({ guest, timeoutMs: 10_000 }), 'two');
  t.equal(await guest.bootId(), 'two');
});

t.test('a reboot that comes back to the same boot is none', async (t) => {
  const guest = await rebootable(t, ['one']);
  await t.rejects(rebootGuest({ guest, timeoutMs: 700 }), {
    code: 'BOOT_TIMEOUT',
    kind: 'product',
    message: /within 700 ms of the reboot; last: still boot one/,
  });
});

t.test('a reboot may take as much longer as the host is slower', async (t) => {
  const guest = await rebootable(t, ['one'], 3);
  const startedMs = performance.now();
  await t.rejects(rebootGuest({ guest, timeoutMs: 200 }), { message: /within 600 ms/ });
  t.ok(performance.now() - startedMs >= 590, 'no single look ended it before');
});

t.test('a refused reboot fails at once', async (t) => {
  const { guest } = await shellGuest(t, { systemctl: 'echo denied >&2; exit 1' });
  await t.rejects(rebootGuest({ guest, timeoutMs: 10_000, bootIdBefore: 'x' }), {
    code: 'COMMAND_FAILED',
    message: /denied/,
  });
});
