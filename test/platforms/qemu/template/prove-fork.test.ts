/**
 * What a fork from before Ignition must answer, and what is written to under it.
 */

import { mkdtempSync } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Guest } from '../../../../harness/model/machine.js';
import {
  proveHeldFork,
  proveSettledFork,
  proveUntouched,
} from '../../../../platforms/qemu/template/prove-fork.js';
import type { Template } from '../../../../platforms/qemu/template/template.js';
import { TemplateStore } from '../../../../platforms/qemu/template/template-store.js';

const bootId = '0b50c33c-80cf-e48e-7a31-65e6a3a22c49';
const held = bootId.replaceAll('-', '');
const configDigest = 'ab12'.repeat(32);
let drawn = 0;

/** A guest that answers with these lines, and a random word of its own where none is given. */
function guestThat(lines: readonly string[], status = 0): Guest {
  const sh = async () => ({ status, stdout: lines.join('\n'), stderr: 'no journal' });
  return { sh } as unknown as Guest;
}

const fresh = () => `uuid-${drawn++}`;
const order = { machine: 'main-0', bootId: held, configDigest };
const parsed = `parsed user config with SHA512: ${configDigest}`;

t.test('memory, random numbers and config as they should be', async (t) => {
  await t.resolves(proveHeldFork(guestThat([bootId, fresh(), parsed]), order));
  const bare = { ...order, bootId: undefined, configDigest: undefined };
  await t.resolves(proveHeldFork(guestThat(['another-boot', fresh()]), bare));
});

t.test('anything else is no pristine fork', async (t) => {
  const uuid = fresh();
  await proveHeldFork(guestThat([bootId, uuid, parsed]), order);
  const cases: readonly [string, Guest, RegExp][] = [
    [
      'another memory',
      guestThat(['c0ffee', fresh(), parsed]),
      /memory is not that of its template/,
    ],
    ['drawn before', guestThat([bootId, uuid, parsed]), /random numbers/],
    ['no word', guestThat([bootId, '', parsed]), /random numbers/],
    ['another config', guestThat([bootId, fresh(), 'parsed']), /does not have the config/],
    ['no answer', guestThat([], 1), /ended with 1: no journal/],
  ];
  for (const [name, guest, message] of cases) {
    const wrong = { code: 'FORK_NOT_PRISTINE', kind: 'infrastructure', machine: 'main-0', message };
    await t.rejects(proveHeldFork(guest, order), wrong, name);
  }
});

t.test('the config is looked for with what every system has', async (t) => {
  const scripts: string[] = [];
  const sh = async (script: string) => {
    scripts.push(script);
    return { status: 0, stdout: [bootId, fresh(), parsed].join('\n'), stderr: '' };
  };
  await proveHeldFork({ sh } as unknown as Guest, order);
  t.match(scripts.join(), `journalctl -b -q -o cat -t ignition | grep -F ${configDigest}`);
});

t.test('a fork of a machine at rest has its nonce, the time, and numbers of its own', async (t) => {
  const template = { meta: { nonce: 'n0nce', uuid: fresh() } } as unknown as Template;
  const scripts: string[] = [];
  const good = fresh();
  const sh = async (script: string) => {
    scripts.push(script);
    return { status: 0, stdout: `n0nce\n${good}\n`, stderr: '' };
  };
  const beforeMs = Date.now();
  await proveSettledFork({ sh } as unknown as Guest, template, 'main-0');
  const [, seconds] = /^date -s @([\d.]+)/.exec(scripts.join()) ?? [];
  const setMs = Number(seconds) * 1000;
  t.ok(setMs >= beforeMs - 1 && setMs <= Date.now(), 'the clock is set to now');
  t.match(scripts.join(), /^rm \S+nonce$/m, 'no fork of the fork passes for one of the template');
  const cases: readonly [string, Guest, RegExp][] = [
    ['another memory', guestThat(['0ther', fresh()]), /memory is not that of its template/],
    ['numbers of the template', guestThat(['n0nce', template.meta.uuid ?? '']), /random numbers/],
    ['numbers of another fork', guestThat(['n0nce', good]), /random numbers/],
    ['no numbers', guestThat(['n0nce']), /random numbers/],
    ['no answer', guestThat([], 1), /ended with 1: no journal/],
  ];
  for (const [name, guest, message] of cases) {
    const wrong = { code: 'FORK_NOT_PRISTINE', kind: 'infrastructure', machine: 'main-0', message };
    await t.rejects(proveSettledFork(guest, template, 'main-0'), wrong, name);
  }
});

t.test('nobody has written to what it lies over', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'yard-test-'));
  t.teardown(async () => await rm(directory, { recursive: true, force: true }));
  const store = new TemplateStore({ directory, limitBytes: 2 ** 30 });
  const draft = await store.draft();
  await writeFile(join(draft, 'state'), 'state');
  await writeFile(join(draft, 'root.qcow2'), 'disk');
  const facts = { key: 'a1', kind: 'held', qemu: '10.0.2', bootMs: 1 } as const;
  const template = await store.publish(draft, facts, []);
  await t.resolves(proveUntouched(template, 'main-0'));
  await appendFile(join(template.directory, 'root.qcow2'), '!');
  const message = /root\.qcow2 was written to$/;
  await t.rejects(proveUntouched(template, 'main-0'), { code: 'FORK_NOT_PRISTINE', message });
});
