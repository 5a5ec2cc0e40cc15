/**
 * What the corpus does not show: places behind sugar, local files that lead elsewhere, URLs, units.
 */

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { execaSync } from 'execa';
import { t } from 'tap';
import { translateButane } from '../../../platforms/butane/butane.js';
import { encodeData } from '../../../platforms/butane/encode-data.js';
import { renderReport } from '../../../platforms/butane/render-report.js';
import { problemOfDataUrl } from '../../../platforms/butane/rules/data-url.js';
import { problemOfSource } from '../../../platforms/butane/rules/source-url.js';
import { readUnitFile } from '../../../platforms/butane/rules/unit-syntax.js';

const head = 'variant: flatcar\nversion: 1.1.0\n';

t.test('findings about generated and moved units are at their source', async (t) => {
  const { entries } = translateButane(`${head}storage:
  filesystems:
    - {device: /dev/a, format: ext4, path: /x, with_mount_unit: true}
    - {device: /dev/b, format: ext4, path: /x, with_mount_unit: true}
systemd:
  units:
    - name: wrong
`);
  const paths = entries.map(({ path }) => path);
  t.strictSame(paths, ['$.storage.filesystems.1.with_mount_unit', '$.systemd.units.0.name']);
  t.strictSame(entries[1]?.place, { line: 9, column: 13 });
});

t.test('findings about a tree are at the tree', async (t) => {
  const filesDir = t.testdir({ tree: { a: 'x' } });
  const { entries } = translateButane(
    `${head}storage: {links: [{path: /srv, target: /x}], trees: [{local: tree, path: /srv}]}`,
    { filesDir },
  );
  t.match(entries, [{ path: '$.storage.trees.0', message: /leads over a link/ }]);
});

t.test('an empty tree adds nothing, not even an empty section', async (t) => {
  const filesDir = t.testdir({ tree: { inner: {} } });
  const { config } = translateButane(`${head}storage: {trees: [{local: tree}]}`, { filesDir });
  t.strictSame(config, { ignition: { version: '3.4.0' } });
});

t.test('a file that a tree fills is blamed for what it has itself', async (t) => {
  const filesDir = t.testdir({ tree: { a: 'x' } });
  const placesOf = (nodes: string) =>
    translateButane(`${head}storage: {${nodes}, trees: [{local: tree}]}`, { filesDir }).entries;
  const [compressed] = placesOf('files: [{path: /a, contents: {compression: xz}}]');
  t.equal(compressed?.path, '$.storage.files.0.contents.compression');
  const twice = placesOf('files: [{path: /a}], links: [{path: /a, target: /b}]');
  t.match(twice, [{ path: '$.storage.links.0', message: /there twice/ }]);
});

t.test('what is at the end of a line is told in one line', async (t) => {
  const report = (text: string) => renderReport(translateButane(text).entries, text, 'in.bu');
  t.match(report(`${head}passwd:\n`), /^warning at \$\.passwd, line 3 col 8: [^\n]+$/);
  t.match(report(`${head}passwd: # c\n`), /^warning\[\$\.passwd\]:\n +--> in\.bu:3:8\n/);
  t.match(report(`${head}é:\n  ö:\n`), /^warning\[\$\.é\]:\n +--> in\.bu:3:1\n/);
});

t.test('gzip has to pay by more than it does here for the original to take it', async (t) => {
  const packingOf = (lines: number) =>
    encodeData(Buffer.from('server 10.0.0.1\n'.repeat(lines))).compression;
  t.equal(packingOf(3), '');
  t.equal(packingOf(5), 'gzip');
});

t.test('an empty files directory is none', async (t) => {
  const local = `${head}storage: {files: [{path: /a, contents: {local: package.json}}]}`;
  const { entries } = translateButane(local, { filesDir: '' });
  t.match(entries, [{ path: '$.storage.files.0.contents.local', message: /--files-dir/ }]);
});

t.test('a tree whose root can not be read', async (t) => {
  const filesDir = t.testdir({ tree: { f: 'x' } });
  // Root may read everything, so that no mode of a directory would do.
  const refuse = () => {
    throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
  };
  const readdir = t.intercept(fs, 'readdirSync', { value: refuse, configurable: true });
  syncBuiltinESMExports();
  const { config, entries } = translateButane(`${head}storage: {trees: [{local: tree}]}`, {
    filesDir,
  });
  readdir.restore();
  syncBuiltinESMExports();
  t.equal(config, undefined);
  t.match(entries, [
    { severity: 'error', path: '$.storage.trees.0', message: 'tree: permission denied' },
  ]);
});

t.test('symbolic links', async (t) => {
  const root = t.testdir({
    secret: 's',
    files: {
      inside: 'i',
      good: t.fixture('symlink', 'inside'),
      bad: t.fixture('symlink', '../secret'),
      tree: { f: 'x' },
      way: t.fixture('symlink', 'tree'),
    },
  });
  const local = (name: string) =>
    translateButane(`${head}storage: {files: [{path: /a, contents: {local: ${name}}}]}`, {
      filesDir: `${root}/files`,
    });
  t.equal(local('good').config?.storage?.files?.[0]?.contents?.source, 'data:,i');
  t.match(local('bad').entries, [{ message: /symbolic link out of the files directory/ }]);
});

t.test('a tree whose root is a symbolic link is that link, as in the original', async (t) => {
  const filesDir = t.testdir({ tree: { f: 'x' }, way: t.fixture('symlink', 'tree') });
  const plant = (tree: string) =>
    translateButane(`${head}storage: {trees: [${tree}]}`, { filesDir }).config?.storage;
  for (const local of ['way', 'way/', './way']) {
    t.strictSame(plant(`{local: ${local}}`), { links: [{ path: '/', target: 'tree' }] }, local);
  }
  t.strictSame(plant('{local: way, path: /srv/}')?.links?.[0]?.path, '/srv');
  t.strictSame(plant('{local: tree/}')?.files?.[0]?.path, '/f');
});

t.test('what is neither file, directory nor link', async (t) => {
  const filesDir = t.testdir({ tree: {} });
  execaSync('mkfifo', [`${filesDir}/tree/pipe`]);
  const { entries } = translateButane(`${head}storage: {trees: [{local: tree}]}`, { filesDir });
  t.match(entries, [{ path: '$.storage.trees.0', message: /neither file, directory nor link/ }]);
});

t.test('sources', async (t) => {
  const good = ['http://a/b', 'https://[::1]:8080/x?y', 'tftp://h/p', 's3://b/k', 'gs://b/k'];
  good.push('http://[fe80::1%25en0]:80/', 'http://[::ffff:1.2.3.4]', 'http://h#%41\u0001');
  good.push('http://a%25b/', 's3://b/k#?versionId=', 's3://b/k??versionId=');
  for (const url of good) t.equal(problemOfSource(url, '3.3.0'), undefined, url);
  const bad = [
    'ftp://a',
    'a/b',
    '',
    'http://a b/',
    'http://a:b/',
    'http://a/%zz',
    's3://b/k?versionId=',
    's3://b/k?versionId=%zz&versionId=',
    's3://b/k?versionId=a;b&versionId=',
    'http://a%41b/',
    'http://h#%zz',
    'http://[fe80::1%en0]',
    'http://[fe80::1%25]',
    'http://[fe80::1%25e%zz]',
    'http://[h]/',
    'http://[127.0.0.1]/',
  ];
  for (const url of bad) t.type(problemOfSource(url, '3.3.0'), 'string', url);
  const arn = 'arn:aws:s3:::bucket/key';
  t.type(problemOfSource(arn, '3.3.0'), 'string');
  t.equal(problemOfSource(arn, '3.4.0'), undefined);
  t.type(problemOfSource('arn:/aws:s3:::bucket/key', '3.4.0'), 'string');
  t.type(problemOfSource('arn:aws:ec2:::bucket/key', '3.4.0'), 'string');
  t.type(problemOfSource('arn:aws:s3:r:1:accesspoint/x', '3.4.0'), 'string');
});

t.test('data URLs', async (t) => {
  const good = ['data:,', 'data:,a%20b', 'data:text/plain,x', 'data:text/plain;a=b;base64,QQ=='];
  for (const url of [...good, 'data:x-y/z;q="a,b",x'])
    t.equal(problemOfDataUrl(url), undefined, url);
  const bad = [
    'data:',
    'data:x',
    'data:foo/bar,x',
    'data:,a b',
    'data:;base64,Q',
    'data:;base32,x',
  ];
  for (const url of [...bad, 'data:;a=,x', 'data:,%4'])
    t.type(problemOfDataUrl(url), 'string', url);
});

t.test('unit files', async (t) => {
  const good = [
    '',
    'no section',
    '[A]\nb=c',
    '[A]\nb=c\\\n d\n[E]\n',
    '# [A\n[A]\n;x\nb=',
    '[A]\r\nb=c\r\n',
  ];
  for (const text of good) t.equal(readUnitFile(text).problem, undefined, JSON.stringify(text));
  const bad = ['[A', '[A] x', '[A]\nb', '[A]\nb\nc=d'];
  for (const text of bad) t.type(readUnitFile(text).problem, 'string', JSON.stringify(text));
  const long = (start: string) => readUnitFile(`;\n${start}`.padEnd(2050, 'é')).problem;
  for (const start of ['[A]\nb=', '#', 'x', '[A]\n;']) t.match(long(start), /2048 bytes/, start);
  const lineOf = (length: number) => readUnitFile(`[A]\n${'b='.padEnd(length, 'x')}\n`).problem;
  t.equal(lineOf(2047), undefined);
  t.match(lineOf(2048), /too long/);
  t.match(readUnitFile(`[A]\nb=c\\\n${'x'.repeat(2048)}`).problem, /too long/);
  t.equal(readUnitFile(`#a\\\n${'x'.repeat(2048)}`).problem, undefined, 'a comment that goes on');
  t.equal(readUnitFile('#'.padEnd(2048, 'x')).problem, undefined, 'the first byte of all');
  t.strictSame([...readUnitFile('[A]\n[B]\nc=d\n').sections], ['B']);
});

t.test('a long line of a unit is seen as far as the text was read ahead', async (t) => {
  const problemAfter = (bytes: number, name = 'b') => {
    const comments = '[A]\n'.padEnd(bytes, '#########\n').slice(0, -1);
    return readUnitFile(`${comments}\n${name}=${'x'.repeat(2500)}\n`).problem;
  };
  for (const bytes of [1000, 2040, 4100, 6000])
    t.match(problemAfter(bytes), /too long/, `${bytes}`);
  for (const bytes of [2060, 3000, 7900]) t.equal(problemAfter(bytes), undefined, `${bytes}`);
  t.match(problemAfter(4080, 'a name over the edge'), /too long/);
  t.match(problemAfter(4080, 'é'.repeat(20)), /too long/);
});

t.test('white space of a unit is what Go calls so', async (t) => {
  t.equal(readUnitFile('[A]\x85\n\x85b=c\n\u3000').problem, undefined);
  t.match(readUnitFile('[A]\n\ufeff\n').problem, /no option/);
  t.match(readUnitFile('[A]\ufeff\n').problem, /after a section header/);
});

t.test('every byte that is no UTF-8 is replaced by itself', async (t) => {
  const bytes = Buffer.from([
    0x61, 0xe2, 0x82, 0x62, 0xf0, 0x9f, 0x98, 0xc3, 0xa9, 0xed, 0xa0, 0x80,
  ]);
  const filesDir = t.testdir({ k: bytes });
  const { config } = translateButane(
    `${head}passwd: {users: [{name: !!binary 4oI=, ssh_authorized_keys_local: [k]}]}
systemd: {units: [{name: a.service, contents_local: k}]}`,
    { filesDir },
  );
  const text = 'a\ufffd\ufffdb\ufffd\ufffd\ufffdé\ufffd\ufffd\ufffd';
  t.match(config?.passwd?.users, [{ name: '\ufffd\ufffd', sshAuthorizedKeys: [text] }]);
  t.match(config?.systemd?.units, [{ contents: text }]);
});
