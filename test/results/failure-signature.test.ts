/**
 * Signatures: what varies between runs does not count, what tells causes apart does.
 */

import fc from 'fast-check';
import t from 'tap';
import { signatureOf, signatureOfFailure, topFrame } from '../../results/failure-signature.js';
import { foldRun } from '../../results/fold.js';
import { groupFailures } from '../../results/group-failures.js';
import { normaliseText } from '../../results/normalise-text.js';
import { failure, runEvents } from './support/events.js';
import { everyStatus } from './support/stories.js';

t.test('known texts', async (t) => {
  const table: readonly [string, string][] = [
    ['QEMU ended with signal SIGKILL after 3.1 s', 'QEMU ended with signal SIGKILL after <n>'],
    ['did not answer within 3 min 20 s (pid 4711)', 'did not answer within <n> (pid <n>)'],
    ['[    4.317] Kernel panic at 0xffff8880deadbeef', 'Kernel panic at <n>'],
    ['main-0: connect to 10.0.2.15:22 refused', 'main-<n>: connect to <ip> refused'],
    ['route via fe80::5054:ff:fe12:3456 on eth0', 'route via <ip> on eth0'],
    ['address 2001:db8:0:1:1:1:1:1/64', 'address <ip>'],
    ['NIC 52:54:00:07:66:cd is down', 'NIC <mac> is down'],
    ['GUID 00000000-0000-0000-0000-000000000001', 'GUID <uuid>'],
    ['machine id 7e01fc92b95d41c4b204b6051acd0537', 'machine id <n>'],
    ['/tmp/switchyard-24710-3sM/qmp.sock: ENOENT', '<path>: ENOENT'],
    ['at 2026-11-23T03:09:33.431Z in 20261123-030933-6401', 'at <time> in <run>'],
    ['/__w/os/os/_runs/20261123-030933-6401/x: EIO', '<path>: EIO'],
    ['/var/lib/ci/.cache/switchyard/images/a.img: EIO', '<path>: EIO'],
    ['/srv/cache/switchyard/templates/ab: EIO', '<path>: EIO'],
    ['file=/srv/os/_runs/20261123-030933-6401/a.qcow2,if=none', 'file=<path>,if=none'],
    ['/var/lib/jenkins/workspace/os-7/x: EIO', '<path>: EIO'],
    ['/dev/shm/switchyard-xkcdQz: EIO', '<path>: EIO'],
    ['/switchyard/suites/a.ts: EIO', '<path>: EIO'],
    ['/srv/workspace/a of /usr/lib/switchyard/b', '/srv/workspace/a of /usr/lib/switchyard/b'],
    [
      'http://switchyard.test/a of /switchyard-init',
      'http://switchyard.test/a of /switchyard-init',
    ],
    ['file:///srv/os/_runs/x of /sysusr/lib/switchyard/b', '<path> of /sysusr/lib/switchyard/b'],
    ['gave up after 3m20s, then 1h2m3.5s and 250ms', 'gave up after <n>, then <n> and <n>'],
    ['run-r6f1a5c0e9b7d4f21.service and run-u12.scope', 'run-<n>.service and run-<n>.scope'],
    ['run-p812-i1044.service, run-docker.mount', 'run-<n>.service, run-docker.mount'],
    ['/proc/812/maps of /etc/resolv.conf', '/proc/<n>/maps of /etc/resolv.conf'],
    ['DHCP4 on ext4, x86_64, /dev/vda9', 'DHCP4 on ext4, x86_64, /dev/vda9'],
    ['first\nsecond 12', 'first'],
    ['got "one\\ntwo 7"', 'got "one'],
    ['\u001b[31mred\u001b[0m 5', 'red <n>'],
  ];
  for (const [text, wanted] of table) t.equal(normaliseText(text), wanted, text);
  t.equal([...normaliseText('word '.repeat(100))].length, 160);
});

/** Digits and letters in lower case hexadecimal. */
const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''));

const varying: readonly (readonly [string, fc.Arbitrary<string>])[] = [
  ['number', fc.nat().map(String)],
  ['seconds', fc.double({ min: 0, max: 1e6, noNaN: true }).map((n) => `${n.toFixed(3)} s`)],
  ['address', fc.ipV4()],
  ['address and port', fc.tuple(fc.ipV4(), fc.nat(65535)).map(([ip, port]) => `${ip}:${port}`)],
  ['IPv6', fc.ipV6().filter((ip) => !ip.includes('.') && ip.length > 3)],
  ['uuid', fc.uuid()],
  ['pointer', hex(12).map((digits) => `0x${digits}`)],
  ['digest', hex(64)],
  [
    'Go duration',
    fc.tuple(fc.nat(59), fc.nat(59)).map(([minutes, seconds]) => `${minutes}m${seconds}s`),
  ],
  ['transient unit', hex(32).map((digits) => `run-r${digits}.service`)],
  ['shared memory', hex(6).map((name) => `/dev/shm/switchyard-${name}`)],
  ['run directory', hex(4).map((id) => `/srv/${id}/_runs/20261123-030933-${id}/events.jsonl`)],
  ['temporary path', hex(6).map((name) => `/tmp/switchyard-${name}/main-0.sock`)],
  [
    'time',
    fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
      .map((d) => d.toISOString()),
  ],
];

t.test('what varies never changes the signature', async (t) => {
  for (const [name, value] of varying) {
    const property = fc.property(value, value, (one, other) => {
      const message = (text: string) => failure({ message: `the machine said ${text} and went` });
      return signatureOfFailure(message(one)).id === signatureOfFailure(message(other)).id;
    });
    t.doesNotThrow(() => fc.assert(property), name);
  }
});

t.test('normalising twice changes nothing, and no text throws', async (t) => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.ipV6(), fc.webUrl(), fc.json());
  const property = fc.property(
    text,
    (one) => normaliseText(normaliseText(one)) === normaliseText(one),
  );
  t.doesNotThrow(() => fc.assert(property, { numRuns: 500 }));
});

t.test('what tells causes apart counts', async (t) => {
  const stack = 'E: x\n    at Object.equal (/a/suites/support/check.ts:25:11)';
  const different = [
    signatureOfFailure(failure()),
    signatureOfFailure(failure({ code: 'UNIT_FAILED' })),
    signatureOfFailure(failure({ phase: 'units' })),
    signatureOfFailure(failure({ message: 'main-0: Ignition gave up: no such host' })),
    signatureOfFailure(failure({ message: 'mode of /etc/shadow' })),
    signatureOfFailure(failure({ message: 'mode of /etc/passwd' })),
    signatureOfFailure(failure(), 'kernel-panic'),
    signatureOfFailure(failure({ stack })),
  ];
  t.equal(new Set(different.map(({ id }) => id)).size, different.length);
  t.match(different[0], { id: /^[0-9a-f]{12}$/, code: 'IGNITION_FAILED', phase: 'ignition' });
  const elsewhere = failure({ machine: 'other-1', evidence: 'something else' });
  t.equal(signatureOfFailure(elsewhere).id, different[0]?.id, 'machine and evidence do not');
});

t.test('the frame is the same from compiled and mapped code', async (t) => {
  const wanted = 'suites/support/check equal';
  const frames: readonly [string, string | undefined][] = [
    ['at Object.equal (file:///a/_runs/.out/suites/support/check.js:25:11)', wanted],
    ['at Object.equal (/b/suites/support/check.ts:30:9)', wanted],
    ['at equal (/b/suites/support/check.ts:30:9)', wanted],
    ['at async file:///a/suites/boot/x.js:3:1', 'suites/boot/x'],
    ['at <anonymous> (/b/suites/boot/x.ts:44:32)', 'suites/boot/x'],
    ['at new Vm (/b/platforms/qemu/vm.ts:1:1)', 'platforms/qemu/vm Vm'],
    ['at process.onSignal (node:internal/process:19:22)', undefined],
  ];
  for (const [line, frame] of frames) t.equal(topFrame(`E: text\n    ${line}`), frame, line);
  const through = 'E: x\n at emit (node:events:1:1)\n at go (/a/harness/execute/go.ts:1:2)';
  t.equal(topFrame(through), 'harness/execute/go go');
  t.equal(topFrame('E: at (/a/suites/x/y.ts:1:1)'), undefined, 'a message is no frame');
  t.equal(topFrame(undefined), undefined);
});

t.test('cases that failed for one reason are one group', async (t) => {
  const why = (n: number) => failure({ message: `main-${n}: no answer after ${n * 17} s` });
  const failed = (n: number) => [{ outcome: 'failed' as const, failure: why(n) }];
  const cases = {
    'a/one': failed(1),
    'a/two': failed(2),
    'a/three': failed(3),
    'a/late': [],
    'b/late': [],
  };
  const record = foldRun(runEvents({ cases }), []);
  const groups = groupFailures(record.cases);
  t.same(
    groups.map((group) => [group.status, group.cases.map(({ suite }) => suite)]),
    [
      ['failed', ['a/one', 'a/two', 'a/three']],
      ['missing', ['a/late', 'b/late']],
    ],
  );
  const passed = foldRun(runEvents(everyStatus), []).cases[0]?.attempts[0];
  t.equal(passed && signatureOf(passed), undefined);
});
