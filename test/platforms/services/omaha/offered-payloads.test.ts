/**
 * What is offered comes with its digests, and is served down to the bytes.
 */

import { createHash, randomBytes } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { poll } from '../../../../harness/base/poll.js';
import type { UpdateMessage } from '../../../../harness/model/updates.js';
import { check, lab, payloadPath, request } from './omaha-lab.js';

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
  // What was sent is known when the connection says so: that may be after the answer was read, and after
  // the next one was.
  const downloads = () => {
    const all = service.messages().flatMap((one) => (one.kind === 'download' ? [one] : []));
    return all.toSorted((a, b) => a.status - b.status || a.from - b.from);
  };
  const all = () => (downloads().length === 4 ? downloads() : undefined);
  t.match(await poll(all, { signal: AbortSignal.timeout(10_000), intervalMs: 10 }), [
    { from: 0, status: 200, sent: bytes.length, complete: true },
    { from: 100, status: 206, sent: 200, complete: true },
    { from: 1_000_000, status: 206, complete: true },
    { status: 416, complete: false },
  ]);
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
