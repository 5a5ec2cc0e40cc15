/**
 * No secret of a config may survive masking, in any encoding, and what is public stays readable.
 */

import { gzipSync } from 'node:zlib';
import { t } from 'tap';
import { maskSecrets } from '../../../platforms/ignition/mask-secrets.js';
import { validateConfig } from '../../../platforms/ignition/validate-config.js';

const base64 = (text: string) => `data:;base64,${Buffer.from(text).toString('base64')}`;
const zipped = (text: string) => `data:;base64,${gzipSync(text).toString('base64')}`;
const pem = '-----BEGIN OPENSSH PRIVATE KEY-----';

const config = validateConfig({
  ignition: {
    version: '3.3.0',
    config: { merge: [{ source: 'data:,SECRET0' }] },
    proxy: { httpProxy: 'http://ada:SECRET15@PUBLIC6', httpsProxy: 'https://ada:SECRET16@proxy' },
    security: {
      tls: {
        certificateAuthorities: [
          { source: 'https://a/PUBLIC7?sig=SECRET17' },
          { source: 'https://b/', httpHeaders: [{ name: 'Auth', value: 'SECRET18' }] },
        ],
      },
    },
  },
  kernelArguments: { shouldExist: ['quiet', 'PUBLIC8', 'console.password=SECRET19'] },
  passwd: { users: [{ name: 'core', passwordHash: '$6$SECRET1', sshAuthorizedKeys: ['PUBLIC1'] }] },
  storage: {
    luks: [
      { name: 'a', device: '/dev/a', keyFile: { source: 'data:,SECRET2' } },
      {
        name: 'c',
        device: '/dev/c',
        clevis: { tang: [{ url: 'http://ada:SECRET20@tang/PUBLIC9', thumbprint: 'x' }] },
      },
      { name: 'b', device: '/dev/b', clevis: { custom: { pin: 'sss', config: 'SECRET14' } } },
    ],
    files: [
      { path: '/600', mode: 0o600, contents: { source: 'data:,SECRET3' } },
      { path: '/400', mode: 0o400, append: [{ source: 'data:,SECRET4' }] },
      { path: '/pem', contents: { source: `data:,${encodeURIComponent(pem)}SECRET5` } },
      { path: '/pem64', mode: 0o644, contents: { source: base64(`${pem}SECRET6`) } },
      {
        path: '/http',
        contents: {
          source: 'https://a/PUBLIC2',
          httpHeaders: [{ name: 'Auth', value: 'SECRET7' }],
        },
      },
      { path: '/open', mode: 0o644, contents: { source: 'data:,PUBLIC3' } },
      {
        path: '/assigns',
        mode: 0o644,
        contents: { source: `data:,${encodeURIComponent('user: PUBLIC10\npassword: SECRET21\n')}` },
      },
      {
        path: '/assigns64',
        contents: { source: zipped('PUBLIC11\napi_key = SECRET22\n'), compression: 'gzip' },
      },
      { path: '/640', mode: 0o640, contents: { source: 'data:,SECRET8' } },
      { path: '/gzip', contents: { source: zipped(`${pem}SECRET9`), compression: 'gzip' } },
      { path: '/login', contents: { source: 'https://ada:SECRET10@host/PUBLIC4?sig=SECRET11' } },
    ],
  },
  systemd: {
    units: [
      {
        name: 'a.service',
        contents: '[Service]\nEnvironment=DB_PASSWORD=SECRET12\nExecStart=/bin/PUBLIC5\n',
        dropins: [{ name: 'b.conf', contents: '[Service]\nEnvironment="API_TOKEN=SECRET13"\n' }],
      },
    ],
  },
});

t.test('secrets become digests, the rest stays', async (t) => {
  const masked = maskSecrets(config);
  const text = JSON.stringify(masked);
  t.notMatch(text, /SECRET/);
  t.notMatch(text, Buffer.from(pem).toString('base64').slice(0, 40));
  t.notMatch(text, zipped(`${pem}SECRET9`).slice(13));
  t.notMatch(text, zipped('PUBLIC11\napi_key = SECRET22\n').slice(13));
  const [assigns, zippedOne] = ['/assigns', '/assigns64'].map((path) => {
    const file = masked.storage?.files?.find((one) => one.path === path);
    const [, body = ''] = file?.contents?.source?.split(',') ?? [];
    return Buffer.from(body, 'base64').toString();
  });
  t.match(assigns, /^user: PUBLIC10\npassword: masked sha256:\w{16}\n$/);
  t.match(zippedOne, /^PUBLIC11\napi_key = masked sha256:\w{16}\n$/);
  for (let n = 1; n <= 9; n += 1) t.match(text, `PUBLIC${n}`);
  t.match(masked.passwd?.users?.[0]?.passwordHash, /^masked sha256:[0-9a-f]{16}$/);
  t.match(JSON.stringify(config), /SECRET3/, 'the input is untouched');
  validateConfig(masked);
});

t.test('equal secrets stay equal, different ones different', async (t) => {
  const other = { ...config, passwd: { users: [{ name: 'core', passwordHash: '$6$OTHER' }] } };
  const hashOf = (value: typeof config) => maskSecrets(value).passwd?.users?.[0]?.passwordHash;
  t.equal(hashOf(config), hashOf(structuredClone(config)));
  t.not(hashOf(config), hashOf(other));
});
