/**
 * What is read from QEMU and from the host: versions, ports, firmware descriptors, causes of exits.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { consoleFlood, explainExit } from '../../../platforms/qemu/exit-cause.js';
import { findUefi } from '../../../platforms/qemu/firmware.js';
import { parseUsernet } from '../../../platforms/qemu/forwarded-ports.js';
import { isAtLeast, judgeQemu, parseQemuVersion } from '../../../platforms/qemu/qemu-version.js';

t.test('QEMU versions', async (t) => {
  t.equal(parseQemuVersion('QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)'), '10.0.2');
  t.equal(parseQemuVersion('no such thing'), undefined);
  t.ok(isAtLeast('8.2.0', '8.2'));
  t.ok(isAtLeast('10.0', '8.2'));
  t.notOk(isAtLeast('8.1.9', '8.2'));
  t.notOk(isAtLeast('8', '8.2'));
  t.match(judgeQemu('7.2.17'), {
    ok: false,
    code: 'QEMU_TOO_OLD',
    finding: 'QEMU 7.2.17 is too old, 8.2 is needed',
  });
  t.match(judgeQemu(undefined), { ok: false, code: 'NO_QEMU' });
});

t.test('ports from `info usernet` of QEMU 10.0', async (t) => {
  const text = [
    'Hub -1 (nic0):',
    '  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ',
    '  TCP[ESTABLISHED]   11       127.0.0.1 42931       10.0.2.15    22     0     0',
    '  TCP[HOST_FORWARD]   8       127.0.0.1 42931       10.0.2.15    22     0     0',
    'Hub -1 (nic1):',
    '  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ',
    '  TCP[HOST_FORWARD]   9       127.0.0.1 45119        10.0.3.7    80     0     0',
    '',
  ].join('\r\n');
  t.strictSame(parseUsernet(text), [
    { network: 'nic0', hostPort: 42931, guestAddress: '10.0.2.15', guestPort: 22 },
    { network: 'nic1', hostPort: 45119, guestAddress: '10.0.3.7', guestPort: 80 },
  ]);
  t.strictSame(parseUsernet(''), []);
});

function descriptor(directory: string, name: string, features: string[]): string {
  const file = (kind: string) => ({
    filename: join(directory, `${name}-${kind}.fd`),
    format: 'raw',
  });
  return JSON.stringify({
    'interface-types': ['uefi'],
    mapping: { device: 'flash', executable: file('code'), 'nvram-template': file('vars') },
    targets: [{ architecture: 'x86_64', machines: ['pc-i440fx-*', 'pc-q35-*'] }],
    features,
  });
}

t.test('the first firmware without Secure Boot whose files exist', async (t) => {
  const files = { 'plain-code.fd': '', 'plain-vars.fd': '', 'sec-code.fd': '', 'sec-vars.fd': '' };
  const directory = t.testdir({ ...files, descriptors: {} });
  const descriptorDirectory = join(directory, 'descriptors');
  const write = (name: string, text: string) => writeFile(join(descriptorDirectory, name), text);
  await write('10-broken.json', '{');
  await write('20-gone.json', descriptor(directory, 'gone', []));
  await write('40-secure.json', descriptor(directory, 'sec', ['secure-boot', 'requires-smm']));
  await write('60-plain.json', descriptor(directory, 'plain', ['acpi-s3']));
  const found = await findUefi({ descriptorDirectory, fallbackDirectory: '/nonexistent' });
  t.strictSame(found, {
    code: { path: join(directory, 'plain-code.fd'), format: 'raw' },
    variables: { path: join(directory, 'plain-vars.fd'), format: 'raw' },
  });
});

t.test('without descriptors, the well-known file names', async (t) => {
  const fallbackDirectory = t.testdir({ 'OVMF_CODE.fd': '', 'OVMF_VARS.fd': '' });
  const found = await findUefi({ descriptorDirectory: '/nonexistent', fallbackDirectory });
  t.match(found, { code: { path: join(fallbackDirectory, 'OVMF_CODE.fd'), format: 'raw' } });
  const none = { descriptorDirectory: '/nonexistent', fallbackDirectory: '/nonexistent' };
  t.equal(await findUefi(none), undefined);
});

t.test('who is to blame for an exit', async (t) => {
  const base = { machine: 'm', phase: 'units', stderrTail: '', shutdownReason: undefined } as const;
  const code = (status: number) => ({ code: status, signal: undefined });
  const shutdown = explainExit({ ...base, exit: code(0), shutdownReason: 'guest-shutdown' });
  t.match(shutdown, { code: 'GUEST_SHUTDOWN', kind: 'product', phase: 'units' });
  const aborted = { code: undefined, signal: 'SIGABRT' };
  const crash = explainExit({ ...base, exit: aborted, stderrTail: 'assertion failed' });
  t.match(crash, { code: 'QEMU_EXITED', kind: 'infrastructure', phase: 'qemu' });
  t.equal(crash.evidence, 'assertion failed');
  t.match(crash.message, 'signal SIGABRT');
  const dirty = explainExit({ ...base, exit: code(1), shutdownReason: 'guest-shutdown' });
  t.equal(dirty.code, 'QEMU_EXITED', 'a failing QEMU is not the guest shutting down');
  const killed = { code: undefined, signal: 'SIGKILL' };
  t.match(explainExit({ ...base, exit: killed }).message, /out-of-memory/);
  t.match(consoleFlood('m', 'kernel', 'oh no'), {
    code: 'CONSOLE_FLOOD',
    kind: 'product',
    phase: 'kernel',
    message: /^m: the guest printed more than 64 MiB or 1000000 lines .*; see .* console\.log$/,
    evidence: 'last line: oh no',
  });
});
