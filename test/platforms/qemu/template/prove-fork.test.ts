/**
 * What a fork from before Ignition must answer, and what is written to under it.
 */

import { mkdtempSync } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Guest } from '../../../../harness/model/machine.js';
import { proveHeldFork, proveUntouched } from '../../../../platforms/qemu/template/prove-fork.js';
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
