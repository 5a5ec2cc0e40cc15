/**
 * The watch over an attempt's machines: what it takes for one and the same, what it waits for, and
 * which cause it tells.
 */

import t from 'tap';
import type { ProductError } from '../../../harness/base/errors.js';
import { pause } from '../../../harness/base/poll.js';
import { MachineWatch } from '../../../harness/execute/machine-watch.js';
import type { Finding } from '../../../harness/model/log-pattern.js';
import type { MachineEvent } from '../../../harness/model/platform.js';
import type { ExpectedPattern } from '../../../harness/model/suite.js';
import { consoleLine, journalLine } from '../../support/innocent-lines.js';

function makeWatch(options: { expects?: readonly ExpectedPattern[]; holdMs?: number } = {}) {
  const findings: Finding[] = [];
  const fatal: ProductError[] = [];
  const watch = new MachineWatch({
    expects: options.expects ?? [],
    holdMs: options.holdMs ?? 1_000,
    onFinding: (finding) => void findings.push(finding),
    onFatal: (error) => void fatal.push(error),
  });
  const see = (...events: readonly MachineEvent[]) => {
    for (const event of events) watch.observe(event);
  };
  return { watch, see, findings, fatal };
}

const machine = 'main-0';
const inPhase = (phase: 'initrd' | 'ignition' | 'units'): MachineEvent => {
  return { kind: 'phase', machine, boot: 1, phase };
};
const powerOn = (boot: number): MachineEvent => ({ kind: 'power-on', machine, boot });
const streaming = journalLine('systemd', 'Running in initrd.');
const unitFailed = '[FAILED] Failed to start ignition-fetch.service - Ignition (fetch).';
const why = 'Ignition failed: failed to fetch config: unexpected end of JSON input';

t.test('a finding says what, where, when and in which words', async (t) => {
  const { see, findings } = makeWatch();
  const text = 'nginx[9]: segfault at 0 ip 00005581 sp 00007ffd error 4';
  see(powerOn(1), powerOn(2), inPhase('units'));
  see(journalLine('kernel', text, { boot: 2, unit: 'nginx.service' }));
  see(consoleLine('Process 9 (nginx) of user 0 dumped core.', 2));
  const common = { machine, severity: 'finding', phase: 'units', boot: 2 };
  t.strictSame(findings, [
    {
      ...common,
      pattern: 'segfault',
      seen: { kind: 'journal', identifier: 'kernel', unit: 'nginx.service' },
      text,
    },
    {
      ...common,
      pattern: 'core-dump',
      seen: { kind: 'console', line: 12 },
      text: 'Process 9 (nginx) of user 0 dumped core.',
    },
  ]);
});

t.test('the same line on console and in the journal counts once', async (t) => {
  const { see, findings } = makeWatch();
  const pairs: readonly [string, string, string][] = [
    [
      '[   31.2] nginx[9]: segfault at 0 ip 1 sp 2 error 4',
      'kernel',
      'nginx[9]: segfault at 0 ip 1 sp 2 error 4',
    ],
    ['[FAILED] Failed to start a.service - A.', 'systemd', 'Failed to start a.service - A.'],
    ['[   31.2] systemd[1]: Failed to mount b.mount.', 'systemd', 'Failed to mount b.mount.'],
  ];
  for (const [printed, identifier, message] of pairs) {
    see(consoleLine(printed), journalLine(identifier, message));
  }
  t.equal(findings.length, 3);
  t.ok(
    findings.every(({ seen }) => seen.kind === 'console'),
    'the first of the two is kept',
  );
  for (const [printed, identifier, message] of pairs) {
    see(journalLine(identifier, message), consoleLine(printed));
  }
  t.equal(findings.length, 6, 'what happens again counts again');
  see(consoleLine(pairs[0]?.[0] ?? '', 2), journalLine('kernel', pairs[0]?.[2] ?? '', { boot: 2 }));
  t.equal(findings.length, 7, 'and so it does in another boot');
  see({ ...consoleLine(pairs[0]?.[0] ?? ''), machine: 'main-1' });
  t.equal(findings.length, 8, 'and on another machine');
});

t.test('Ignition’s own words become the message, whichever comes first', async (t) => {
  const said =
    /^main-0: ignition-failed: failed to fetch config: unexpected end of JSON input (?:at|in) /;
  const last = makeWatch();
  last.see(streaming, consoleLine(unitFailed));
  t.same(last.fatal, [], 'it waits for the reason');
  last.see(
    consoleLine('You are in emergency mode. After logging in'),
    journalLine('ignition', why),
  );
  t.match(last.fatal, [{ code: 'IGNITION_FAILED', message: said, phase: 'ignition' }]);
  t.match(last.fatal[0], { message: / in the journal, boot 1$/, evidence: why });
  t.equal(last.findings.length, 3, 'all that was seen is recorded');
  last.watch.close();
  t.equal(last.fatal.length, 1, 'the cause is told once');

  const first = makeWatch();
  first.see(journalLine('ignition', why), consoleLine(unitFailed));
  t.match(first.fatal[0], { code: 'IGNITION_FAILED', message: said });

  const printed = makeWatch();
  printed.see(consoleLine(`[   14.2] ignition[612]: ${why}`));
  t.match(
    printed.fatal,
    [{ code: 'IGNITION_FAILED', message: said }],
    'the console may say it too',
  );
});

t.test('a machine that never says why is not waited for in vain', async (t) => {
  const silent = makeWatch();
  silent.see(consoleLine(unitFailed));
  t.match(silent.fatal, [{ code: 'IGNITION_FAILED', evidence: unitFailed }], 'no stream: at once');

  const slow = makeWatch({ holdMs: 5 });
  slow.see(streaming, consoleLine(unitFailed), consoleLine('You are in emergency mode.'));
  await pause(50, new AbortController().signal);
  t.match(slow.fatal, [{ code: 'IGNITION_FAILED' }]);
  t.equal(slow.fatal.length, 1, 'what followed is a consequence');

  for (const end of [powerOn(2), exited()]) {
    const ended = makeWatch();
    ended.see(streaming, consoleLine(unitFailed), end);
    t.match(ended.fatal, [{ code: 'IGNITION_FAILED' }], `${end.kind} ends the wait`);
  }
  const rebooted = makeWatch();
  rebooted.see(streaming, powerOn(2), consoleLine(unitFailed, 2));
  t.equal(rebooted.fatal.length, 1, 'the stream of an earlier boot says nothing of this one');
});

function exited(): MachineEvent {
  const failure = { code: 'X', kind: 'product', phase: 'qemu', message: 'x' } as const;
  return { kind: 'exited', machine, failure };
}

t.test('a panic that only QEMU reports is a panic; the console’s words are better', async (t) => {
  const panicked: MachineEvent = { kind: 'qmp', machine, event: 'GUEST_PANICKED' };
  const quiet = makeWatch();
  quiet.see(powerOn(1), panicked);
  quiet.watch.close();
  t.match(quiet.fatal, [{ code: 'KERNEL_PANIC', evidence: 'GUEST_PANICKED' }]);
  const text = 'Kernel panic - not syncing: no init';
  for (const events of [
    [panicked, consoleLine(text)],
    [consoleLine(text), panicked],
  ]) {
    const { see, watch, fatal, findings } = makeWatch();
    see(powerOn(1), ...events);
    watch.close();
    t.match(fatal, [{ code: 'KERNEL_PANIC', message: /kernel-panic: no init at console/ }]);
    t.equal(fatal.length, 1);
    t.match(findings, [{ seen: { kind: 'console' } }]);
    t.equal(findings.length, 1);
  }
  const expects = [{ pattern: 'kernel-panic', reason: 'it asks for one' }];
  for (const events of [[panicked, consoleLine(text)], [panicked]]) {
    const { see, watch, fatal, findings } = makeWatch({ expects });
    see(powerOn(1), ...events);
    watch.close();
    t.same(fatal, []);
    t.match(findings, [{ severity: 'note', expected: 'it asks for one' }]);
    t.same(watch.unmet, []);
  }
});

t.test('a failure in the initrd is blamed on the initrd', async (t) => {
  const { see, findings } = makeWatch();
  const failed = consoleLine('[FAILED] Failed to start a.service - A.');
  see(inPhase('initrd'), failed, inPhase('units'), failed);
  see(consoleLine('You are in emergency mode.'));
  t.same(
    findings.map(({ phase }) => phase),
    ['initrd', 'units', 'units'],
  );
});

t.test('the end sums up what was let go on', async (t) => {
  const { watch, see } = makeWatch();
  t.equal(watch.findings, undefined);
  for (let n = 0; n < 3; n++) see(consoleLine(`Process ${n} (a) of user 0 dumped core.`));
  t.match(watch.findings, {
    kind: 'product',
    code: 'CORE_DUMP',
    message: /main-0: core-dump: Process 0 .* at console line 12, boot 1, and 2 more .*`expects`/,
    evidence: 'Process 0 (a) of user 0 dumped core.',
  });
});

t.test('a flood stays bounded', async (t) => {
  const { see, findings, watch } = makeWatch();
  const startedMs = performance.now();
  for (let n = 0; n < 20_000; n++) {
    see(consoleLine(`Process ${n} (a) of user 0 dumped core.`));
    see(journalLine('systemd-coredump', `Process ${n} (a) of user 0 dumped core.`));
  }
  t.ok(performance.now() - startedMs < 10_000);
  t.equal(findings.length, 50);
  t.match(watch.findings?.message, /and 49 more/);
  see(consoleLine(`nginx[9]: segfault at 0 ip 1 ${'x'.repeat(1_000_000)}`));
  t.ok((findings.at(-1)?.text.length ?? 0) <= 2_048, 'a quoted line is cut');
});

const timedOut = '[ TIME ] Timed out waiting for device dev-vdz.device - /dev/vdz.';
const ofMount = '[DEPEND] Dependency failed for srv-data.mount - /srv/data.';
const ofTarget = '[DEPEND] Dependency failed for local-fs.target - Local File Systems.';

t.test('a mount that the system does without fails the attempt at its end', async (t) => {
  const { see, fatal, findings, watch } = makeWatch();
  see(inPhase('units'), consoleLine(timedOut), consoleLine(ofMount));
  see(powerOn(2), inPhase('units'), consoleLine('You are in emergency mode.', 2));
  t.same(
    findings.slice(0, 2).map(({ severity }) => severity),
    ['finding', 'finding'],
  );
  t.match(watch.findings, { code: 'DEVICE_TIMEOUT', message: /, and 1 more/ });
  t.match(fatal, [{ code: 'EMERGENCY_MODE' }], 'another boot is another matter');
});

t.test('one that it can not do without is the cause of what follows', async (t) => {
  for (const last of [ofTarget, 'You are in emergency mode. After logging in']) {
    const { see, fatal } = makeWatch();
    see(inPhase('units'), consoleLine(timedOut), consoleLine(ofMount));
    t.same(fatal, []);
    see(consoleLine(last), consoleLine(ofTarget), consoleLine('You are in emergency mode.'));
    t.match(fatal[0], { code: 'DEVICE_TIMEOUT', phase: 'units', evidence: timedOut });
  }
  const other = makeWatch();
  other.see(inPhase('units'), consoleLine(timedOut), consoleLine('[FAILED] Failed to start a.'));
  t.match(other.fatal, [{ code: 'UNIT_FAILED' }], 'what has a reason of its own tells that');
  const initrd = makeWatch();
  initrd.see(inPhase('initrd'), consoleLine(timedOut));
  t.match(initrd.fatal, [{ code: 'DEVICE_TIMEOUT', phase: 'initrd' }], 'at once');
});

/** A fork shows all this, is given up, and its successor starts from the firmware. */
function successorOf(see: (...events: MachineEvent[]) => void, ...shown: MachineEvent[]): void {
  see({ kind: 'fork', machine, is: 'unproven' }, powerOn(1), inPhase('units'), ...shown);
  see({ kind: 'fork', machine, is: 'given-up' });
  see({ kind: 'fork', machine, is: 'unproven' }, powerOn(1), inPhase('units'));
}

t.test('a fork that was given up hides nothing of its successor', async (t) => {
  const text = 'nginx[9]: segfault at 0 ip 00005581 sp 00007ffd error 4';
  const own = journalLine('kernel', text);
  const lines = makeWatch();
  successorOf(lines.see, consoleLine(text));
  lines.see(own);
  t.match(lines.watch.findings, { code: 'SEGFAULT' }, 'its line in the other source is its own');

  const many = makeWatch();
  successorOf(many.see, ...Array.from({ length: 60 }, () => consoleLine(text)));
  many.see(own);
  t.match(many.watch.findings, { code: 'SEGFAULT' }, 'however often it was said before');

  const died = makeWatch();
  successorOf(died.see, consoleLine('Kernel panic - not syncing: sysrq'));
  died.see({ kind: 'qmp', machine, event: 'GUEST_PANICKED' });
  died.watch.close();
  t.match(died.fatal, [{ code: 'KERNEL_PANIC' }, { code: 'KERNEL_PANIC' }], 'nor its panic');

  const expected = makeWatch({ expects: [{ pattern: 'segfault', reason: 'it crashes' }] });
  successorOf(expected.see, consoleLine(text));
  t.match(expected.watch.unmet, [{ pattern: 'segfault' }], 'and met nothing for it');
});
