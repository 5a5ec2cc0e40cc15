/**
 * Commands over SSH: arguments, output, deadlines, connections that are lost.
 */

import { t } from 'tap';
import { HarnessError } from '../../../harness/base/errors.js';
import type { ExecResult } from '../../../harness/model/machine.js';
import { SshGuest } from '../../../platforms/guest/ssh-guest.js';
import { localShell } from './fake-sshd.js';
import { bin, guestOf, shellGuest } from './guest-of.js';

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
