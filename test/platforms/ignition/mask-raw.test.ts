/**
 * Configs that are given as bytes hide their secrets too, whatever they are.
 */

import t from 'tap';
import { maskRaw } from '../../../platforms/ignition/mask-raw.js';
import { maskSecrets } from '../../../platforms/ignition/mask-secrets.js';
import { validateConfig } from '../../../platforms/ignition/validate-config.js';

const passwd = {
  users: [{ name: 'core', passwordHash: '$6$SECRET1', sshAuthorizedKeys: ['PUBLIC1'] }],
};
const file = { path: '/PUBLIC2', mode: 0o600, contents: { source: 'data:,SECRET2' } };
const open = { path: '/open', mode: 0o644, contents: { source: 'data:,PUBLIC3' } };

t.test('what Ignition accepts is masked like any config', async (t) => {
  const config = { ignition: { version: '3.3.0' }, passwd, storage: { files: [file, open] } };
  const masked = JSON.parse(maskRaw(`${JSON.stringify(config)}     `));
  t.strictSame(masked, JSON.parse(JSON.stringify(maskSecrets(validateConfig(config)))));
  t.notMatch(JSON.stringify(masked), /SECRET/);
});

t.test('other specifications, and what is none', async (t) => {
  const pem = '-----BEGIN OPENSSH PRIVATE KEY-----SECRET';
  const header = { httpHeaders: [{ name: 'Auth', value: 'SECRET3' }], source: 'http://PUBLIC4' };
  const wrong: readonly unknown[] = [
    { ignition: { version: '2.3.0', config: { append: [{ source: 'data:,SECRET' }] } }, passwd },
    { ignition: { version: '3.99.0' }, passwd, storage: { files: [file] } },
    {
      ignition: { version: '3.3.0' },
      passwd,
      storage: { files: [{ ...file, mode: 'x' }, header] },
    },
    { passwd: { users: { password_hash: 'SECRET', PasswordHash: 'SECRET' } } },
    { storage: { luks: [{ keyFile: { source: 'DATA:;base64,SECRET' } }], files: 'PUBLIC5' } },
    [{ contents: { inline: 'SECRET' } }, { anything: pem }, { list: [[`data:,${pem}`]] }],
  ];
  for (const config of wrong) {
    const text = JSON.stringify(config);
    const masked = maskRaw(text);
    t.match(text, 'SECRET');
    t.notMatch(masked, 'SECRET', text);
    t.match(masked, 'masked sha256:');
    for (const [open] of text.matchAll(/PUBLIC\d/g)) t.match(masked, open);
  }
});

t.test('what is no JSON, or has no fields, stays as it is', async (t) => {
  for (const text of ['#!/bin/sh\necho x\n', '{"ignition": {},}', '', '3', '"text"', 'null']) {
    t.equal(maskRaw(text), text);
  }
});

t.test('a cloud-config, by the names of its lines', async (t) => {
  const text = [
    '#cloud-config',
    'hostname: PUBLIC1',
    'users:',
    '  - name: core',
    '    passwd: "$6$SECRET1"',
    '    hashed_passwd: $6$SECRET2 and SECRET3',
    'coreos: {etcd2: {token: SECRET4}}',
    'write_files:',
    '  - content: |',
    '      -----BEGIN RSA PRIVATE KEY-----',
    '      SECRET5',
    '      -----END RSA PRIVATE KEY-----',
    '    path: /PUBLIC2',
  ].join('\n');
  const masked = maskRaw(text);
  t.notMatch(masked, /SECRET/);
  for (const open of ['PUBLIC1', 'PUBLIC2', 'name: core']) t.match(masked, open);
});
