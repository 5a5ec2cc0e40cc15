/**
 * The real Tang server behind a socket of ours: it advertises its keys, signed by the one that suites
 * trust.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { startService } from '../../../platforms/services/service.js';
import { findTang } from '../../../platforms/services/tang.js';
import { tangKeys, tangThumbprint } from '../../../suites/support/tang-keys.js';

const skip = findTang() === undefined && 'needs the package tang';

async function get(socketPath: string, path: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    const asked = httpRequest({ socketPath, path, agent: false });
    asked.on('error', reject).on('response', (response) => resolve(text(response)));
    asked.end();
  });
}

t.test('an advertisement signed by the key of the thumbprint', { skip }, async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'sy-'));
  t.teardown(async () => await rm(directory, { recursive: true, force: true }));
  const socket = join(directory, 's.sock');
  const request = { kind: 'tang', address: '10.0.2.100', port: 80, keys: tangKeys } as const;
  const service = await startService({ socket, request });
  t.teardown(() => service.stop());
  const answer = JSON.parse(await get(socket, `/adv/${tangThumbprint}`)) as { payload: string };
  const { keys } = JSON.parse(Buffer.from(answer.payload, 'base64url').toString()) as {
    keys: { alg: string; d?: string }[];
  };
  t.same(keys.map(({ alg }) => alg).sort(), ['ECMR', 'ES512']);
  t.notOk(
    keys.some(({ d }) => d !== undefined),
    'no private key',
  );
  service.set('down');
  await t.rejects(get(socket, '/adv'));
});
