/**
 * The update service as a bad one.
 */

import { createHash } from 'node:crypto';
import t from 'tap';
import { check, lab, payloadPath, request } from './omaha-lab.js';

t.test('faults of checks', async (t) => {
  const { post, service, release } = await lab(t);
  service.offer(release);
  service.inject({ kind: 'check-status', status: 500, times: 1 });
  t.equal((await post(request(check))).status, 500);
  t.equal((await post(request(check))).status, 200, 'the fault is used up');
  service.inject({ kind: 'check-disconnect', times: 1 });
  await t.rejects(post(request(check)), 'nobody answers');
  service.inject({ kind: 'check-stall', times: 1 });
  const unanswered = post(request(check));
  const first = await Promise.race([unanswered.catch(() => 'closed'), post(request(check))]);
  t.match(first, { status: 200 }, 'the one after it is answered, and it is still open');
  unanswered.catch(() => undefined);
  service.inject({ kind: 'check-malformed' });
  t.equal((await post(request(check))).text, '<?xml version="1.0"?><response><app');
  service.heal();
  service.inject({ kind: 'check-redirect', times: 1 });
  t.match(
    (await post(request(check))).text,
    'manifest version="9999.1.0"',
    'by way of another URL',
  );
  const answers = service.messages().flatMap((one) => (one.kind === 'check' ? [one.answer] : []));
  t.strictSame(answers, [
    'fault',
    'update',
    'fault',
    'fault',
    'update',
    'fault',
    'redirect',
    'update',
  ]);
  service.inject({ kind: 'wrong-hash' });
  t.match((await post(request(check))).text, `sha256="${Buffer.alloc(32).toString('base64')}"`);
  service.heal();
  service.inject({ kind: 'wrong-size' });
  t.match((await post(request(check))).text, `size="${release.payload.bytes + 4096}"`);
});

t.test('faults of payloads', async (t) => {
  const { get, service, release, bytes } = await lab(t);
  service.offer(release);
  const body = async () => {
    const answer = await get(payloadPath);
    return Buffer.from(await answer.arrayBuffer());
  };
  service.inject({ kind: 'payload-status', status: 404, times: 1 });
  t.equal((await get(payloadPath)).status, 404);
  service.inject({ kind: 'payload-redirect', times: 1 });
  t.ok((await body()).equals(bytes), 'by way of another URL');
  service.inject({ kind: 'truncated', at: 0.5, times: 1 });
  t.equal((await body()).length, Math.floor(bytes.length / 2));
  service.inject({ kind: 'corrupt', at: 0.25, times: 1 });
  const corrupt = await body();
  const wrong = [...corrupt.keys()].filter((index) => corrupt[index] !== bytes[index]);
  t.strictSame(wrong, [Math.floor(bytes.length / 4)]);
  service.inject({ kind: 'disconnect', at: 0.5, times: 1 });
  await t.rejects(body());
  service.inject({ kind: 'stall', at: 0.5, times: 1 });
  const silent = await get(payloadPath);
  const reader = silent.body?.getReader();
  let seen = 0;
  const half = Math.floor(bytes.length / 2);
  while (seen < half) seen += (await reader?.read())?.value?.length ?? half;
  const more = Promise.race([
    reader?.read(),
    new Promise((done) => setTimeout(done, 100, 'silent')),
  ]);
  t.strictSame([seen, await more], [half, 'silent']);
  await reader?.cancel();
  t.ok((await body()).equals(bytes), 'then it is whole again');
});

t.test('a spoiled signature is announced as it is', async (t) => {
  const { post, get, service, release, bytes } = await lab(t);
  service.offer(release);
  service.inject({ kind: 'wrong-signature', times: 1 });
  const { text } = await post(request(check));
  const served = Buffer.from(await (await get(payloadPath)).arrayBuffer());
  t.ok(served.subarray(0, -132).equals(bytes.subarray(0, -132)));
  t.notOk(served.equals(bytes));
  const digest = createHash('sha256').update(served).digest('base64');
  t.match(text, `sha256="${digest}"`);
});

t.test('a drip takes its time', async (t) => {
  const { get, service, release, bytes } = await lab(t);
  service.offer(release);
  service.inject({ kind: 'drip', bytesPerSecond: bytes.length * 2 });
  const start = performance.now();
  await (await get(payloadPath)).arrayBuffer();
  t.ok(performance.now() - start > 400, 'half a second for half of what a second allows');
});
