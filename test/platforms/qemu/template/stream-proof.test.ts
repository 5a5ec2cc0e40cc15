/**
 * Forks that nobody can ask: what their journals prove, and what they leave open.
 */

import t from 'tap';
import type { StreamedEntry } from '../../../../platforms/qemu/journal-text.js';
import { StreamProof } from '../../../../platforms/qemu/template/stream-proof.js';

const configDigest = 'ab12'.repeat(32);
const order = { machine: 'main-0', bootId: 'b1', configDigest };

function entry(message: string, bootId?: string, identifier = 'ignition'): StreamedEntry {
  return { identifier, message, bootId, monotonicUs: 1 } as StreamedEntry;
}

const parsed = `parsing config with SHA512: ${configDigest}`;
const { signal } = new AbortController();

function proofOf(entries: readonly StreamedEntry[], change: Partial<typeof order> = {}) {
  const proof = new StreamProof({ ...order, ...change });
  for (const one of entries) proof.take(one, 1);
  return proof;
}

t.test('its memory and its config as they should be', async (t) => {
  t.equal(await proofOf([entry('one', 'b1'), entry(parsed, 'b1')]).judge(60_000, signal), true);
  const bare = new StreamProof({ machine: 'main-0', bootId: 'b1', configDigest: undefined });
  bare.take(entry('one', 'b1'), 1);
  t.equal(await bare.judge(60_000, signal), true, 'no config was given');
});

t.test('what comes a little later is waited for', async (t) => {
  const proof = proofOf([entry('one', 'b1')]);
  setTimeout(() => proof.take(entry(parsed, 'b1'), 1), 20);
  t.equal(await proof.judge(60_000, signal), true);
});

t.test('another memory is no fork of this template', async (t) => {
  const wrong = { code: 'FORK_NOT_PRISTINE', machine: 'main-0', message: /memory is not that of/ };
  await t.rejects(proofOf([entry(parsed, 'b2')]).judge(60_000, signal), wrong);
  await t.rejects(proofOf([entry('one', 'b2')]).judge(1, signal), wrong, 'without its config, too');
});

t.test('what has not come proves nothing', async (t) => {
  t.equal(await proofOf([]).judge(1, signal), false, 'no journal');
  t.equal(await proofOf([entry('one', 'b1')]).judge(1, signal), false, 'no config');
  t.equal(await proofOf([entry('parsing', 'b1')]).judge(1, signal), false, 'another config');
  const said = entry(parsed, 'b1', 'sshd');
  t.equal(await proofOf([said]).judge(1, signal), false, 'not Ignition’s word');
  t.equal(await proofOf([entry('one', 'b1')]).judge(60_000, AbortSignal.abort()), false, 'an end');
  const mute = new StreamProof({ ...order, bootId: undefined });
  mute.take(entry(parsed, 'b1'), 1);
  t.equal(
    await mute.judge(60_000, signal),
    false,
    'a template that streamed none is not waited for',
  );
});

t.test('after a restart its memory is its own', async (t) => {
  const proof = proofOf([]);
  proof.take(entry(parsed, 'b2'), 2);
  t.equal(await proof.judge(1, signal), false);
});
