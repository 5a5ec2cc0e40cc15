/**
 * The word by which a guest goes on with its first boot, as often as it asks.
 */

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { answerHolds, releaseHold } from '../../../../platforms/qemu/template/hold.js';
import type { Vm } from '../../../../platforms/qemu/vm.js';

/** The guest's end and the harness's end of a port. */
async function port(t: Test): Promise<{ guest: Socket; vm: Vm }> {
  // Short: the path of a unix socket has 107 bytes at most.
  const directory = await mkdtemp(join(tmpdir(), 'sy-'));
  const path = join(directory, 'p.sock');
  const server = createServer();
  const accepted = once(server, 'connection');
  server.listen(path);
  await once(server, 'listening');
  const guest = connect(path).setEncoding('utf8');
  const [hold] = (await accepted) as [Socket];
  t.teardown(async () => {
    guest.destroy();
    hold.destroy();
    server.close();
    await rm(directory, { recursive: true, force: true });
  });
  return { guest, vm: { hold } as Vm };
}

const said = async (guest: Socket) => String((await once(guest, 'data'))[0]);

t.test('a released guest goes on, and so it does after a reset', async (t) => {
  const { guest, vm } = await port(t);
  const first = said(guest);
  await releaseHold(vm);
  t.match(await first, /^go \d{10}\n$/);
  for (const _ of [1, 2]) {
    const again = said(guest);
    guest.write('hold\n');
    t.match(await again, /^go \d{10}\n$/);
  }
});

t.test('the word may come in pieces', async (t) => {
  const { guest, vm } = await port(t);
  answerHolds(vm);
  const answer = said(guest);
  guest.write('ho');
  setImmediate(() => guest.write('ld\n'));
  t.match(await answer, /^go /);
});
