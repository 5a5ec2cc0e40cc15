/**
 * What is posted to the update service and is no request of an engine.
 */

import t from 'tap';
import { check, lab, request } from './omaha-lab.js';

t.test('only what is posted to the path of checks is one', async (t) => {
  const { service } = await lab(t);
  const { origin } = new URL(service.url);
  const status = async (path: string, body = request(check)) => {
    return (await fetch(`${origin}${path}`, { method: 'POST', body })).status;
  };
  for (const path of ['/v1/update/', '/v1/update', '/moved/v1/update/', '/v1/update/?a=b']) {
    t.equal(await status(path), 200, path);
  }
  const before = service.messages().length;
  for (const path of ['/', '/v1/update/x', '/v1', '/payloads/next/x', '/v1/update//']) {
    t.equal(await status(path), 404, path);
  }
  const added = service.messages().slice(before);
  t.strictSame(new Set(added.map(({ kind }) => kind)), new Set(['unreadable']));
  t.match(added[0], { reason: 'posted to /', body: /^<\?xml/ });
});

t.test('a request without end is not read to its end', async (t) => {
  const { service, post } = await lab(t);
  t.equal((await post(' '.repeat(2 ** 20) + request(check))).status, 413);
  t.match(service.messages(), [{ kind: 'unreadable', reason: 'over 1048576 bytes' }]);
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(2 ** 16)),
  });
  const call = { method: 'POST', body: endless, duplex: 'half' } as const;
  const end = await fetch(service.url, call).then(
    ({ status }) => status,
    () => 'closed',
  );
  t.ok(end === 413 || end === 'closed', `${end}`);
});

t.test('what is no Omaha', async (t) => {
  const { post, service } = await lab(t);
  t.equal((await post('<request')).status, 400);
  t.equal((await post('<request protocol="2.0"><app/></request>')).status, 400);
  t.match(service.messages(), [
    { kind: 'unreadable', reason: /^no XML/, body: '<request' },
    { kind: 'unreadable', reason: /protocol/ },
  ]);
});
