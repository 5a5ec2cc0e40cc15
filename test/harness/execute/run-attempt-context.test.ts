/**
 * What a suite does with its context in an attempt: steps, skipping, attachments, and asking for machines
 * and files by name.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { ProductError } from '../../../harness/base/errors.js';
import { pause } from '../../../harness/base/poll.js';
import type { SuiteDefinition } from '../../../harness/model/suite.js';
import { role } from '../../../harness/model/topology.js';
import { attempt, type Body } from './run-fake-attempt.js';

t.test('steps nest, and a failure names the open ones', async (t) => {
  const body: Body = async ({ step }) => {
    await step('first', async () => undefined);
    await step('outer', async () => {
      await step('inner', async () => {
        throw new ProductError('ASSERTION_FAILED', 'wrong');
      });
    });
  };
  const { end, events } = await attempt(body);
  t.same(end.failure?.steps, ['outer', 'inner']);
  t.match(events.of('step-started'), [
    { step: 1, title: 'first' },
    { step: 2, title: 'outer' },
    { step: 3, title: 'inner', parent: 2 },
  ]);
  t.match(events.of('step-ended'), [
    { step: 1, ok: true },
    { step: 3, ok: false },
    { step: 2, ok: false },
  ]);
});

t.test('steps that run at the same time know their own parents', async (t) => {
  const body: Body = async ({ step, signal }) => {
    const branch = async (name: string) =>
      await step(name, async () => {
        await pause(1, signal);
        await step(`${name} inner`, async () => undefined);
      });
    await Promise.all([branch('a'), branch('b')]);
  };
  const { events } = await attempt(body);
  const parents = events.of('step-started').map(({ title, parent }) => [title, parent]);
  t.same(parents.slice(2).sort(), [
    ['a inner', 1],
    ['b inner', 2],
  ]);
});

t.test('skipping ends the attempt with its reason', async (t) => {
  const { end } = await attempt(async ({ skip }) => skip('no TPM in this guest'));
  t.match(end, { outcome: 'skipped', skipped: 'no TPM in this guest' });
});

t.test('attachments are kept under safe names', async (t) => {
  const body: Body = async ({ attach }) => await attach('../table of dm.txt', 'verity');
  const { events, runDirectory } = await attempt(body);
  const [attached] = events.of('attached');
  t.match(attached?.file, /^cases\/a\/one\/attempt-1\/attachments\/[\w.-]+$/);
  t.equal(await readFile(join(runDirectory, attached?.file ?? ''), 'utf8'), 'verity');
});

t.test('asking for a machine or a file that is not there is the suite’s bug', async (t) => {
  const topology = { roles: { server: role(), client: role() } };
  const missing: readonly [Body, RegExp, Partial<SuiteDefinition>][] = [
    [
      async ({ machine }) => void machine('main'),
      /asks for main-0; .* server-0, client-0/,
      { topology },
    ],
    [async ({ network }) => void network.seed, /network, and its topology names no segments/, {}],
    [async ({ machine }) => void machine(), /asks for the only machine/, { topology }],
    [async ({ extra }) => void extra('nginx'), /wants nginx.*it has: none; add extra:nginx to/, {}],
  ];
  for (const [body, message, more] of missing) {
    const { end } = await attempt(body, more);
    t.match(end, { outcome: 'errored', failure: { kind: 'internal', message } });
  }
});

t.test('a failure that the suite caught does not name the steps of the next one', async (t) => {
  const wrong = (what: string) => async () => {
    throw new ProductError('ASSERTION_FAILED', what);
  };
  const { end } = await attempt(async ({ step }) => {
    await step('is refused', wrong('as it should be')).catch(() => undefined);
    await step('works', wrong('but it does not'));
  });
  t.same(end.failure?.steps, ['works']);
});

t.test('attachments can neither hide, escape nor replace each other', async (t) => {
  const names = ['..', '', '.ssh', 'a b', 'a/b', 'a_b', 'x'.repeat(4000)];
  const { events } = await attempt(async ({ attach }) => {
    await Promise.all(names.map(async (name, n) => await attach(name, `${n}`)));
  });
  const files = events.of('attached').map(({ file }) => file.split('/').slice(5).join('/'));
  t.same(files.toSorted(), [
    '2-a_b',
    '2-attachment',
    '3-a_b',
    'a_b',
    'attachment',
    'ssh',
    'x'.repeat(120),
  ]);
});

t.test('a host that cannot keep a file is at fault, not the suite', async (t) => {
  const body: Body = async ({ attach }) => await attach('x', 'y');
  const directory = t.testdir({ file: '' });
  const { end } = await attempt(body, {}, {}, join(directory, 'file'));
  t.match(end, { outcome: 'errored', failure: { kind: 'infrastructure', phase: 'host' } });
  t.match(end.failure?.message, /cannot write .*; choose another place with --runs DIR/);
});
