/**
 * Files that are put into a guest and read back.
 */

import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { t } from 'tap';
import { localShell } from './fake-sshd.js';
import { bin, guestOf, shellGuest } from './guest-of.js';

const me = userInfo();

const owner = `${me.uid}:${me.gid}`;

t.test('files are written whole, with mode and owner, and read back', async (t) => {
  const { guest, path } = await shellGuest(t);
  const file = join(path, 'new dir', "it's");
  await guest.writeFile(file, 'höllo\n', { mode: '0640', owner });
  t.equal(await guest.readFile(file), 'höllo\n');
  t.equal((await stat(file)).mode & 0o777, 0o640);
  await guest.writeFile(file, Uint8Array.of(1, 2), { owner });
  t.same(await readFile(file), Buffer.of(1, 2));
  t.equal((await stat(file)).mode & 0o777, 0o644);
  t.same(await readdir(join(path, 'new dir')), ["it's"], 'no temporary file is left');
  await t.rejects(guest.readFile('/no/such/file'), { code: 'COMMAND_FAILED' });
});

t.test('a failed write leaves the old file and no other', async (t) => {
  const { guest, path } = await shellGuest(t);
  const directory = join(path, 'd');
  const file = join(directory, 'f');
  await guest.writeFile(file, 'old', { owner });
  await t.rejects(guest.writeFile(file, 'new', { owner: 'nobody-of-that-name:x' }), {
    code: 'COMMAND_FAILED',
  });
  t.equal(await readFile(file, 'utf8'), 'old');
  t.same(await readdir(directory), ['f']);
});

t.test('an upload that arrives in part is not installed', async (t) => {
  const path = await bin(t, { cat: 'head -c 3' });
  const { guest } = await guestOf(t, localShell(path));
  const file = join(path, 'd', 'f');
  await t.rejects(guest.writeFile(file, '123456', { owner }), { message: /got 3 of 6 bytes/ });
  t.same(await readdir(join(path, 'd')), []);
});

t.test('uploads stream large files', async (t) => {
  const { guest, path } = await shellGuest(t);
  const source = join(path, 'source');
  const contents = Buffer.alloc(20 * 1024 * 1024, 'switchyard');
  await writeFile(source, contents);
  await guest.upload(source, join(path, 'target'), { mode: '0755', owner });
  t.ok(contents.equals(await readFile(join(path, 'target'))));
  const missing = { code: 'HOST_FILE', kind: 'infrastructure', message: /ENOENT/ };
  await t.rejects(
    guest.upload('/no/such', '/x'),
    missing,
    'suites know no names but the harness’s',
  );
  const wrong = { code: 'HOST_FILE', kind: 'usage', message: /not a regular file/ };
  await t.rejects(guest.upload(path, '/x'), wrong);
});
