/**
 * Canaries as a Nebraska instance knows them, asked over real HTTP of a stand-in.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readToken } from '../../../../results/gate/nebraska/api.js';
import {
  canariesOfNebraska,
  type NebraskaCanaries,
} from '../../../../results/gate/nebraska/canaries.js';
import { NebraskaStandIn, type StandInInstance } from '../../../support/nebraska-stand-in.js';

const now = new Date('2026-06-30T12:00:00.000Z');

/** So many hours before now. */
function ago(hours: number): string {
  return new Date(now.getTime() - 3_600_000 * hours).toISOString();
}

const [before, next] = ['4152.1.0', '4230.1.0'];

/** Updated to a release so many hours ago. */
function updated(version: string, hours: number): NonNullable<StandInInstance['history']> {
  return [
    [ago(hours), 4, version],
    [ago(hours + 0.1), 5, version],
    [ago(hours + 0.2), 6, version],
    [ago(hours + 0.3), 7, version],
    [ago(hours + 0.4), 2, version],
  ];
}

async function standIn(t: Test): Promise<NebraskaStandIn> {
  const server = await NebraskaStandIn.open();
  t.teardown(async () => await server[Symbol.asyncDispose]());
  return server;
}

function question(server: NebraskaStandIn, fields: Partial<NebraskaCanaries> = {}) {
  const { url, app, group } = server;
  const { signal } = new AbortController();
  return { url, app, group, version: next, baseline: before, now, signal, ...fields };
}

t.test('machines are counted by their whole history', async (t) => {
  const server = await standIn(t);
  const old = updated(before, 500);
  server.instances.push(
    { id: 'well', version: next, lastCheck: ago(0.1), history: [...updated(next, 50), ...old] },
    { id: 'came-with-it', version: next, lastCheck: ago(0.2) },
    {
      id: 'at-the-second-try',
      version: next,
      lastCheck: ago(0.1),
      history: [...updated(next, 20), [ago(30), 3, next, '44'], ...old],
    },
    {
      id: 'failed',
      version: before,
      lastCheck: ago(0.1),
      history: [[ago(40), 3, next, '9'], [ago(40.1), 2, next], ...old],
    },
    {
      id: 'on-its-way',
      version: before,
      lastCheck: ago(0.1),
      history: [[ago(1), 5, next], [ago(1.1), 2, next], ...old],
    },
    {
      id: 'silent',
      version: before,
      lastCheck: ago(48),
      history: [[ago(47), 5, next], [ago(47.1), 2, next], ...old],
    },
    { id: 'never-offered', version: before, lastCheck: ago(0.1), history: old },
  );
  t.same(await canariesOfNebraska(question(server)), {
    source: `nebraska ${new URL(server.url).host} ${server.app} ${server.group}`,
    version: next,
    at: now.toISOString(),
    instances: 5,
    failed: 3,
    ages: [
      { hours: 50, machines: 1 },
      { hours: 20, machines: 1 },
      { hours: 0.2, machines: 1 },
    ],
    errors: [
      { reason: 'error 44', machines: 1 },
      { reason: 'error 9', machines: 1 },
      { reason: 'not heard of again', machines: 1 },
    ],
    baseline: { version: before, instances: 6, failed: 0 },
  });
});

t.test('the release before is looked at when it was as old', async (t) => {
  const server = await standIn(t);
  const early = [...updated(before, 500), [ago(505), 3, before, '1']] as const;
  const late = [[ago(300), 3, before, '1'], ...updated(before, 500)] as const;
  server.instances.push(
    { id: 'a', version: next, lastCheck: ago(0.1), history: [...updated(next, 50), ...early] },
    { id: 'b', version: before, lastCheck: ago(0.1), history: late },
  );
  const { baseline, instances } = await canariesOfNebraska(question(server));
  t.same(
    { baseline, instances },
    { baseline: { version: before, instances: 2, failed: 1 }, instances: 1 },
  );
});

t.test('a machine that had it and went back, or was not heard of again, has failed', async (t) => {
  const server = await standIn(t);
  server.instances.push(
    { id: 'well', version: next, lastCheck: ago(0.1), history: updated(next, 60) },
    { id: 'died', version: next, lastCheck: ago(47), history: updated(next, 48) },
    { id: 'back', version: before, lastCheck: ago(0.1), history: updated(next, 50) },
    {
      id: 'moved-on',
      version: '4230.1.1',
      lastCheck: ago(0.1),
      history: [...updated('4230.1.1', 54), ...updated(next, 55)],
    },
    { id: 'later-than-we-asked', version: next, lastCheck: ago(-0.1), history: updated(next, 3) },
    { id: 'not-yet', version: next, lastCheck: ago(-0.1) },
  );
  const report = await canariesOfNebraska(question(server));
  t.match(report, { instances: 5, failed: 2, baseline: { instances: 1, failed: 0 } });
  t.same(report.errors, [
    { reason: 'not heard of again', machines: 1 },
    { reason: `went back to ${before}`, machines: 1 },
  ]);
  t.same(
    report.ages.map(({ hours }) => hours),
    [60, 49, 48, 3, 1],
    'of each as long as it had it',
  );
});

t.test('all pages are read', async (t) => {
  const server = await standIn(t);
  for (let n = 0; n < 230; n++) {
    const history = updated(next, 60);
    server.instances.push({ id: `machine-${n}`, version: next, lastCheck: ago(0.1), history });
  }
  t.match(await canariesOfNebraska(question(server)), { instances: 230, failed: 0 });
  const lists = server.requests.filter((line) => line.includes('perpage'));
  t.match(lists, [/page=1&perpage=100/, /page=2&perpage=100/, /page=3&perpage=100/]);
});

t.test('a group without machines has no canaries, which is no error', async (t) => {
  const server = await standIn(t);
  server.fault = (_, response) => {
    response.writeHead(200).end('{"total":0,"instances":null}');
    return true;
  };
  t.match(await canariesOfNebraska(question(server)), { instances: 0, failed: 0, ages: [] });
});

/** Answers everything with this. */
function answering(status: number, body: string): NonNullable<NebraskaStandIn['fault']> {
  return (_, response) => {
    response.writeHead(status).end(body);
    return true;
  };
}

/** Where a server was that is gone. */
async function closedUrl(): Promise<string> {
  await using server = await NebraskaStandIn.open();
  return server.url;
}

t.test('what goes wrong is one line with the request', async (t) => {
  const server = await standIn(t);
  server.instances.push({ id: 'a', version: next, lastCheck: ago(1) });
  const asked = `GET ${server.url}/api/apps/${server.app}/groups/${server.group}/instances?`;
  const refuses = async (code: string, reason: RegExp, fields: Partial<NebraskaCanaries> = {}) => {
    const error = await canariesOfNebraska(question(server, fields)).catch((thrown) => thrown);
    t.match(error, { code, message: reason });
    t.notMatch(error.message, '\n', 'one line');
    return error;
  };
  server.fault = answering(500, '');
  const error = await refuses('NEBRASKA_FAILED', /: it answers 500; try again$/);
  t.ok(error.message.startsWith(asked), error.message);
  t.equal(error.kind, 'infrastructure');
  server.fault = answering(401, '');
  await refuses('NEBRASKA_REFUSED', /it answers 401; give a --token that may do this$/);
  server.fault = answering(200, '<html>a proxy</html>');
  await refuses('NEBRASKA_ANSWER', /this is no answer of Nebraska's: .*JSON/);
  server.fault = answering(200, '{"total":"many","instances":[{"id":7}]}');
  await refuses('NEBRASKA_ANSWER', /total: .*; instances\.0\.id: /);
  server.fault = answering(200, '{"total":3,"instances":[]}');
  await refuses('NEBRASKA_ANSWER', /page 1 is empty, and 0 of 3 entries came$/);
  server.fault = (_, response) => {
    response.writeHead(302, { location: 'http://192.0.2.1/' }).end();
    return true;
  };
  await refuses('NEBRASKA_UNREACHABLE', /redirect/);
  server.fault = () => true;
  await refuses('NEBRASKA_UNREACHABLE', /: no answer within 200 ms$/, { timeoutMs: 200 });
  server.fault = (_, response) => {
    response.writeHead(200).write('{"total":');
    return true;
  };
  await refuses('NEBRASKA_UNREACHABLE', /: no answer within 200 ms$/, { timeoutMs: 200 });
  server.fault = (request) => {
    request.socket.destroy();
    return true;
  };
  await refuses('NEBRASKA_UNREACHABLE', /: (other side closed|socket hang up|.*ECONNRESET)$/);
  server.fault = undefined;
  await refuses('NEBRASKA_REFUSED', /it answers 404; see whether application/, { app: 'other' });
  await refuses('NEBRASKA_UNREACHABLE', /ECONNREFUSED/, { url: await closedUrl() });
});

t.test('a token is read from a file, and is not given away', async (t) => {
  const server = await standIn(t);
  server.instances.push({ id: 'a', version: next, lastCheck: ago(1) });
  server.token = 'abc.def';
  const file = join(t.testdir({}), 'token');
  await writeFile(file, 'abc.def\n');
  const token = await readToken(file);
  t.match(await canariesOfNebraska(question(server, { token })), { instances: 1 });
  await t.rejects(canariesOfNebraska(question(server, { token: 'other' })), {
    code: 'NEBRASKA_REFUSED',
  });
  const url = (text: string) => canariesOfNebraska(question(server, { token, url: text }));
  const clear = /the token would be sent in clear text; give an https URL$/;
  await t.rejects(url('http://updates.example'), { code: 'BAD_URL', message: clear });
  await t.rejects(url('https://me@updates.example'), { code: 'BAD_URL', message: /has a user/ });
  await t.rejects(url('ftp://updates.example'), { code: 'BAD_URL', message: /give an https URL$/ });
  await t.rejects(url('updates'), { code: 'BAD_URL', message: /--nebraska updates: it is no URL/ });
});

t.test('tokens that are none', async (t) => {
  const directory = t.testdir({ empty: '\n', two: 'one\ntwo\n' });
  const refuses = async (name: string, message: RegExp) => {
    await t.rejects(readToken(join(directory, name)), { code: 'BAD_TOKEN', message });
  };
  await refuses('empty', /it is empty; give one line of ASCII$/);
  await refuses('two', /it has spaces or other characters in it; give one line/);
  await refuses('none', /cannot read the token .*ENOENT/);
});
