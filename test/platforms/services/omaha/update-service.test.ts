/**
 * The update service: what is offered to whom, and what is said of it.
 */

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { poll } from '../../../../harness/base/poll.js';
import type { UpdateMessage } from '../../../../harness/model/updates.js';
import { describeMessage } from '../../../../platforms/services/omaha/conversation.js';
import { appId, check, lab, payloadPath, request } from './omaha-lab.js';

t.test('nothing is offered', async (t) => {
  const { post, service } = await lab(t);
  const { status, text, type } = await post(request(check));
  t.strictSame([status, type], [200, 'text/xml']);
  t.match(text, `<app appid="${appId}" status="ok"><ping status="ok"/>`);
  t.match(text, '<updatecheck status="noupdate"/><event status="ok"/></app>');
  t.match(service.messages(), [
    {
      kind: 'check',
      answer: 'noupdate',
      ping: true,
      client: {
        version: '9999.0.0',
        track: 'alpha',
        machineAlias: 'a & b',
        machineId: '0123',
        installSource: 'ondemandupdate',
        deltaOkay: 'false',
        hardwareClass: '',
        language: 'en-US',
        isMachine: '1',
        updaterVersion: 'update_engine-0.4.10',
        os: { version: 'Chateau', platform: 'CoreOS', servicePack: '9999.0.0_x86_64' },
      },
    },
    { kind: 'event', event: { type: 3, result: 2, previousVersion: '0.0.0.0' } },
  ]);
  t.strictSame(service.events(), ['3/2']);
});

t.test('a release is offered, and its payload served', async (t) => {
  const { post, get, service, release, bytes } = await lab(t);
  service.offer(release);
  const { text } = await post(request(check));
  const { payload } = release;
  const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
  const codebase = service.url.replace('/v1/update/', '/payloads/next/');
  t.match(text, `<url codebase="${codebase}"/>`);
  t.match(text, '<manifest version="9999.1.0">');
  t.match(text, `name="flatcar_production_update.gz" hash="${base64(payload.sha1)}"`);
  t.match(text, `size="${payload.bytes}" required="true"`);
  t.match(text, `event="postinstall" sha256="${base64(payload.sha256)}"`);
  t.match(text, 'ChromeOSVersion="9999.1.0" needsadmin="false" IsDeltaPayload="false"');
  const whole = await get(payloadPath);
  t.equal(whole.status, 200);
  t.ok(Buffer.from(await whole.arrayBuffer()).equals(bytes));
  const rest = await get(payloadPath, { range: 'bytes=1000000-' });
  t.strictSame(
    [rest.status, rest.headers.get('content-range')],
    [206, `bytes 1000000-${bytes.length - 1}/${bytes.length}`],
  );
  t.ok(Buffer.from(await rest.arrayBuffer()).equals(bytes.subarray(1_000_000)));
  const part = await get(payloadPath, { range: 'bytes=100-299' });
  t.strictSame(
    [part.status, part.headers.get('content-length'), part.headers.get('content-range')],
    [206, '200', `bytes 100-299/${bytes.length}`],
  );
  t.ok(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100, 300)));
  const behind = await get(payloadPath, { range: `bytes=${bytes.length}-` });
  t.equal(behind.status, 416);
  // What was sent is known when the connection says so, which may be after the answer was read.
  const downloads = () => service.messages().filter(({ kind }) => kind === 'download');
  const all = () => (downloads().length === 4 ? downloads() : undefined);
  t.match(await poll(all, { signal: AbortSignal.timeout(10_000), intervalMs: 10 }), [
    { from: 0, status: 200, sent: bytes.length, complete: true },
    { from: 1_000_000, status: 206, complete: true },
    { from: 100, status: 206, sent: 200, complete: true },
    { status: 416, complete: false },
  ]);
});

t.test('who is offered what', async (t) => {
  const { post, service, release } = await lab(t);
  const answers = async (version: string, track: string) => {
    return /updatecheck status="(\w+)"/.exec(
      (await post(request(check, version, track))).text,
    )?.[1];
  };
  service.offer(release, { track: 'beta' });
  t.equal(await answers('9999.0.0', 'alpha'), 'noupdate');
  t.equal(await answers('9999.0.0', 'beta'), 'ok');
  t.equal(await answers('9999.1.0', 'beta'), 'noupdate', 'it has that version');
  t.equal(await answers('10000.0.0', 'beta'), 'noupdate', 'it has a later one');
  t.equal(await answers('9998.0.0+nightly-20260822-2100', 'beta'), 'ok', 'a nightly build');
  t.equal(await answers('9999.1.0-nightly', 'beta'), 'ok', 'what came before the release');
  t.equal(await answers('9999.1.0+build', 'beta'), 'noupdate', 'it is that version');
  service.offer(release, { track: 'beta', always: true });
  t.equal(await answers('10000.0.0', 'beta'), 'ok');
  service.offer(undefined, { track: 'beta' });
  t.equal(await answers('9999.0.0', 'beta'), 'noupdate');
});

t.test('errors are told with code and flags', async (t) => {
  const { post, service } = await lab(t);
  // 10, by a test image from a test server.
  const code = 10 | 0x3000_0000;
  await post(request(`<event eventtype="3" eventresult="0" errorcode="${code}"></event>`));
  await post(request(`<event eventtype="3" eventresult="0" errorcode="-2147483630"></event>`));
  t.match(service.messages(), [
    {
      event: { type: 3, result: 0, errorCode: 10, errorFlags: 0x3000_0000, sentErrorCode: code },
    },
    { event: { errorCode: 18, errorFlags: 0x8000_0000, sentErrorCode: -2147483630 } },
  ]);
  await post(request('<event eventtype="3" eventresult="0" errorcode="44"></event>'));
  t.strictSame(service.messages().map(describeMessage), [
    `event 3/0 error 10 (sent as ${code})`,
    'event 3/0 error 18 (sent as -2147483630)',
    'event 3/0 error 44',
  ]);
});

t.test('an attribute that is absent is not one that is empty', async (t) => {
  const { post, service } = await lab(t);
  const app = `<app appid="${appId}" version="1.0.0" oem=""><updatecheck/></app>`;
  t.equal((await post(`<request protocol="3.0"><os></os>${app}</request>`)).status, 200);
  t.equal((await post(`<request protocol="3.0">${app}</request>`)).status, 200);
  const said = { appId, version: '1.0.0', oem: '' };
  t.strictSame(
    service.messages().map((one) => (one.kind === 'check' ? one.client : one.kind)),
    [{ ...said, os: {} }, said],
  );
});

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

t.test('a range that is ignored is answered with all of it', async (t) => {
  const { get, service, release, bytes } = await lab(t);
  service.offer(release);
  for (const range of ['bytes=-500', 'bytes=0-1,5-6', 'lines=1-2', 'bytes=9-3', 'bytes=']) {
    const answer = await get(payloadPath, { range });
    const { status, headers } = answer;
    t.strictSame([status, headers.get('content-range')], [200, null], range);
    t.equal((await answer.arrayBuffer()).byteLength, bytes.length);
  }
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

t.test('waiting for a message', async (t) => {
  const { post, service, heard } = await lab(t);
  const coming = service.waitFor('a check', ({ kind }) => kind === 'check');
  await post(request(check));
  t.match(await coming, { kind: 'check' });
  t.equal(heard.length, 2);
  const late = service.waitFor('a download', ({ kind }) => kind === 'download', { timeoutMs: 20 });
  await t.rejects(late, {
    code: 'UPDATE_TIMEOUT',
    message:
      'the update server of main-0 waited 20 ms for a download; so far: ' +
      'check 9999.0.0 alpha → noupdate, event 3/2',
  });
});

t.test('a machine gets what its channel has, down to the bytes', async (t) => {
  const { service, post, get } = await lab(t, 'channels');
  const root = join(t.testdirName, 'channels');
  const bytes = randomBytes(70_000);
  const digest = createHash('sha256').update(bytes).digest('hex');
  await mkdir(join(root, 'payloads'), { recursive: true });
  await writeFile(join(root, 'payloads', digest), bytes);
  await mkdir(join(root, 'stable/releases/9999.2.1'), { recursive: true });
  await symlink('releases/9999.2.1', join(root, 'stable/current'));
  const images = [{ arch: 'amd64', sha256: digest, payloadSha256: digest }];
  const release = JSON.stringify({ version: '9999.2.1', images });
  await writeFile(join(root, 'stable/releases/9999.2.1/release.json'), release);
  t.match((await post(request(check))).text, '<updatecheck status="noupdate"/>', 'not on alpha');
  t.match((await post(request(check, '9999.2.1', 'stable'))).text, 'noupdate', 'who has it');
  const { text } = await post(request(check, '9999.2.0', 'stable'));
  t.match(text, 'manifest version="9999.2.1"');
  t.match(text, `sha256="${Buffer.from(digest, 'hex').toString('base64')}"`);
  const path = `/payloads/${digest}/flatcar_production_update.gz`;
  const answer = await get(path, { range: 'bytes=60000-' });
  t.equal(answer.status, 206);
  t.ok(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(60_000)));
  await writeFile(join(root, 'stable/releases/9999.2.1/release.json'), '{');
  t.equal((await post(request(check, '9999.2.0', 'stable'))).status, 500, 'a broken channel');
  const [told] = service
    .messages()
    .filter(({ kind }) => kind === 'check')
    .slice(-1);
  t.match(told, { answer: 'fault', reason: /^cannot read the channel stable/ });
});

t.test('packages beside the payload are announced as optional, and served', async (t) => {
  const { service, release, post, get } = await lab(t);
  const path = join(t.testdir({ 'oem-qemu.gz': 'oem files' }), 'oem-qemu.gz');
  const digest = (name: string) => createHash(name).update('oem files').digest('hex');
  const oem = {
    name: 'oem-qemu.gz',
    path,
    bytes: 9,
    sha256: digest('sha256'),
    sha1: digest('sha1'),
  };
  service.offer({ ...release, packages: [oem] });
  const { text } = await post(request(check));
  const [first = '', second = ''] = text.match(/<package [^>]*>/g) ?? [];
  t.match(first, /name="flatcar_production_update\.gz".* required="true"/);
  t.match(second, /name="oem-qemu\.gz".* size="9" required="false"/);
  t.ok(second.includes(`hash_sha256="${oem.sha256}"`));
  t.ok(second.includes(`hash="${Buffer.from(oem.sha1, 'hex').toString('base64')}"`));
  t.equal(await (await get('/payloads/next/oem-qemu.gz')).text(), 'oem files');
  const isDownload = ({ kind }: UpdateMessage) => kind === 'download';
  const told = await service.waitFor('the download', isDownload);
  t.match(told, { file: 'oem-qemu.gz', status: 200, complete: true });
});

t.test('machines are told when to ask again', async (t) => {
  const { service, release, post } = await lab(t);
  service.askAgainAfter(7200);
  t.match(
    (await post(request(check))).text,
    /<updatecheck PollInterval="7200" status="noupdate"\/>/,
  );
  service.offer(release);
  t.match((await post(request(check))).text, /<updatecheck PollInterval="7200" status="ok">/);
  service.askAgainAfter(undefined);
  t.notMatch((await post(request(check))).text, /PollInterval/);
});
