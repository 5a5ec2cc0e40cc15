/**
 * Units, the journal and reboots of a guest.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Test, t } from 'tap';
import { ProductError } from '../../../harness/base/errors.js';
import type { ExecOptions } from '../../../harness/model/machine.js';
import { ConnectionLate, ConnectionLost } from '../../../platforms/guest/connection-lost.js';
import { rebootGuest } from '../../../platforms/guest/reboot-guest.js';
import { type Argv, SshGuest } from '../../../platforms/guest/ssh-guest.js';
import { type CommandHandler, localShell } from './fake-sshd.js';
import { bin, guestOf, shellGuest } from './guest-of.js';

const show = (active: string) =>
  `printf 'Id=a.service\\nLoadState=loaded\\nActiveState=${active}\\nSubState=x=y\\nResult=exit-code\\n'`;

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

const silent = { connect: () => new Promise<never>(() => undefined) };

/** A guest that answers after it has thrown these errors. */
class LateGuest extends SshGuest {
  readonly limitsMs: (number | undefined)[] = [];
  readonly #errors: Error[];

  constructor(errors: readonly Error[]) {
    super({ ...silent, signal: new AbortController().signal });
    this.#errors = [...errors];
  }

  override async output(_argv: Argv, { timeoutMs }: ExecOptions): Promise<string> {
    this.limitsMs.push(timeoutMs);
    const error = this.#errors.shift();
    if (error) throw error;
    return 'two';
  }
}

t.test('a look at a rebooting guest that was late is repeated with more time', async (t) => {
  const late = new ConnectionLate('connect', 'late');
  const slow = new ProductError('COMMAND_TIMEOUT', 'slow');
  const guest = new LateGuest([late, slow, new ConnectionLost('session', 'lost')]);
  const reboot = { guest, timeoutMs: 600_000, bootIdBefore: 'one', request: 'none' } as const;
  t.equal(await rebootGuest(reboot), 'two');
  t.same(guest.limitsMs, [15_000, 30_000, 60_000, 60_000]);
  const unanswered = new SshGuest({ ...silent, signal: new AbortController().signal });
  await t.rejects(unanswered.output(['true'], { timeoutMs: 5 }), ConnectionLate);
});
