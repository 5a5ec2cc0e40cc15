/**
 * The QMP client against a peer that plays QEMU on a socket pair.
 */

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { makeTempDirectory, removeTree } from '../../../harness/base/run-dir.js';
import { QmpClient, type QmpEvent } from '../../../platforms/qemu/qmp-client.js';

const signal = AbortSignal.timeout(10_000);
const greeting = { QMP: { version: { qemu: { major: 10 } }, capabilities: [] } };

/** Answers every command with what `answer` returns, merged with the command's id. */
async function converse(test: Pick<typeof t, 'teardown'>, answer: (execute: string) => object) {
  const directory = await makeTempDirectory('qmp');
  test.teardown(async () => await removeTree(directory));
  const path = join(directory, 's');
  const server = createServer().listen(path);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const socket = connect(path);
  const [peer] = (await accepted) as [Socket];
  test.teardown(() => {
    peer.destroy();
    server.close();
  });
  const say = (message: object) => peer.write(`${JSON.stringify(message)}\r\n`);
  createInterface({ input: peer }).on('line', (line) => {
    const { execute, id } = JSON.parse(line) as { execute: string; id: number };
    if (execute === 'qmp_capabilities') say({ return: {}, id });
    else if (execute !== 'silence') say({ ...answer(execute), id });
  });
  const events: QmpEvent[] = [];
  const started = QmpClient.start(socket, (event) => void events.push(event), signal);
  say(greeting);
  return { client: await started, peer, say, events };
}

t.test('commands, errors and events', async (t) => {
  const { client, say, events } = await converse(t, (execute) => {
    const failure = { class: 'CommandNotFound', desc: `The command ${execute} has not been found` };
    return execute === 'bad' ? { error: failure } : { return: execute };
  });
  say({ event: 'RESET', data: { guest: true }, timestamp: { seconds: 1, microseconds: 2 } });
  const both = [client.execute('one', {}, signal), client.execute('two', {}, signal)];
  t.strictSame(await Promise.all(both), ['one', 'two']);
  t.equal(await client.monitor('info usernet', signal), 'human-monitor-command');
  await t.rejects(client.execute('bad', {}, signal), {
    code: 'QMP_ERROR',
    message: /has not been found/,
  });
  t.strictSame(events, [{ event: 'RESET', data: { guest: true } }]);
});

t.test('the end of the session ends who waits', async (t) => {
  const { client, peer } = await converse(t, () => ({ return: {} }));
  const waiting = t.rejects(client.execute('silence', {}, signal), { code: 'QMP_CLOSED' });
  peer.destroy();
  await waiting;
  await client.closed;
  await t.rejects(client.execute('query-status', {}, signal), { code: 'QMP_CLOSED' });
});

t.test('garbage ends the session', async (t) => {
  const { client, peer } = await converse(t, () => ({ return: {} }));
  const waiting = t.rejects(client.execute('silence', {}, signal), {
    code: 'QMP_ERROR',
    message: 'not a QMP message: garbage',
  });
  peer.write('garbage\r\n');
  await waiting;
});

t.test('a signal ends the wait with its reason', async (t) => {
  const { client } = await converse(t, () => ({ return: {} }));
  const aborted = AbortSignal.abort(new Error('enough'));
  await t.rejects(client.execute('silence', {}, aborted), { message: 'enough' });
});
