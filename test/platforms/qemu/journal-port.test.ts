/**
 * The journal's port over a real unix socket: what is reported, what is kept, and what happens when
 * the guest says too much, nothing, or the file can't be written.
 */

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { makeTempDirectory, removeTree } from '../../../harness/base/run-dir.js';
import { JournalPort } from '../../../platforms/qemu/journal-port.js';
import { listenOnce } from '../../../platforms/qemu/unix-listener.js';

interface Bench {
  readonly guest: Socket;
  readonly port: JournalPort;
  readonly file: string;
  readonly messages: readonly string[];
}

async function bench(
  test: Pick<typeof t, 'teardown'>,
  options: { readonly mostBytes?: number; readonly file?: string } = {},
): Promise<Bench> {
  const directory = await makeTempDirectory('journal-port');
  test.teardown(async () => await removeTree(directory));
  using listener = await listenOnce(join(directory, 's'));
  const guest = connect(join(directory, 's'));
  const socket = await listener.connection;
  const { mostBytes } = options;
  const file = join(directory, options.file ?? 'journal.jsonl');
  const messages: string[] = [];
  const onEntry = ({ message }: { readonly message: string }) => void messages.push(message);
  const limit = mostBytes === undefined ? {} : { mostBytes };
  return { guest, file, messages, port: new JournalPort({ socket, file, onEntry, ...limit }) };
}

const line = (message: string) => `${JSON.stringify({ MESSAGE: message })}\n`;

t.test('entries are reported while the machine lives, and the bytes are kept', async (t) => {
  const { guest, port, file, messages } = await bench(t);
  guest.write(`${line('one')}no entry\n${line('two')}`);
  guest.end(line('three'));
  await port.closed;
  t.same(messages, ['one', 'two', 'three']);
  t.equal(port.skipped, 1);
  const kept = await readFile(file, 'utf8');
  t.equal(kept, `${line('one')}no entry\n${line('two')}${line('three')}`);
});

t.test('a config that Ignition prints is neither kept nor reported', async (t) => {
  const { guest, port, file, messages } = await bench(t);
  const of = (identifier: string, pid: string) => (message: string) => {
    return line(message).replace('{', `{"SYSLOG_IDENTIFIER":"${identifier}","_PID":"${pid}",`);
  };
  const [ignition, kernel, again] = [of('ignition', '7'), of('kernel', '0'), of('ignition', '9')];
  const config = ['{', '  "passwd": {', '    "SECRET"', '  }', '}'].map(ignition);
  const text = [
    ignition('it failed'),
    ignition('Full config:'),
    ...config.slice(0, 2),
    kernel('meanwhile'),
    ...config.slice(2),
    ignition('after it'),
    again('Full config:\n{ "SECRET": 1 }'),
    again('Full config:'),
    again('{ "SECRET"'),
    ignition('another'),
    kernel('Full config: of nobody'),
  ].join('');
  // However the bytes come.
  for (let n = 0; n < text.length; n += 11) guest.write(text.slice(n, n + 11));
  guest.end('{"MESSAGE":"half');
  await port.closed;
  const kept = await readFile(file, 'utf8');
  t.notMatch(kept, 'SECRET');
  t.match(kept, /half$/);
  t.same(messages, [
    ...['it failed', 'Full config:', 'meanwhile', 'after it', 'Full config:', 'another'],
    'Full config: of nobody',
  ]);
});

t.test('a guest that says nothing leaves no file', async (t) => {
  const { guest, port, file } = await bench(t);
  guest.end();
  await port.closed;
  t.notOk(existsSync(file));
});

t.test('closing ends it, and closing again is fine', async (t) => {
  const { guest, port } = await bench(t);
  await once(guest, 'connect');
  port.close();
  await port.closed;
  port.close();
  guest.destroy();
});

t.test('a guest that says too much fills the file up to its limit only', async (t) => {
  const { guest, port, file, messages } = await bench(t, { mostBytes: 1_000 });
  const count = 20_000;
  for (let n = 0; n < count; n++) {
    if (!guest.write(line(`entry ${n}`))) await once(guest, 'drain');
  }
  guest.end();
  await port.closed;
  t.equal(messages.length, count, 'all of it is judged');
  t.equal((await stat(file)).size, 1_000);
});

t.test('a file that cannot be written does not stop the entries', async (t) => {
  const { guest, port, file, messages } = await bench(t);
  await mkdir(file);
  const count = 20_000;
  for (let n = 0; n < count; n++) {
    if (!guest.write(line(`entry ${n}`))) await once(guest, 'drain');
  }
  guest.end();
  await port.closed;
  t.equal(messages.length, count);
});
