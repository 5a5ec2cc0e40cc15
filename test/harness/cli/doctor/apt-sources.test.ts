/** Both formats of apt's source lists, and the backports entry that is made from either. */

import t from 'tap';
import {
  deriveBackports,
  offersSuite,
  parseAptSources,
} from '../../../../harness/cli/doctor/apt-sources.js';

const deb822 = `Types: deb deb-src
# a comment in a stanza
uris: http://mirror.example/debian  http://second.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
signed-by: /usr/share/keyrings/debian-archive-keyring.gpg

# a comment between stanzas

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: sid
Components: main

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main
`;

const list = `# deb http://commented.example/debian bookworm main
deb [arch=amd64,arm64 signed-by=/etc/apt/keyrings/k.gpg] http://mirror.example/debian bookworm main non-free # x
deb-src http://mirror.example/debian bookworm main
deb http://mirror.example/debian bookworm-updates main
`;

const parse = (name: string, text: string) => parseAptSources([{ name, text }]);

t.test('deb822', (t) => {
  t.same(parse('/etc/apt/sources.list.d/debian.sources', deb822), [
    {
      uris: ['http://mirror.example/debian', 'http://second.example/debian'],
      suites: ['bookworm', 'bookworm-updates'],
      components: ['main', 'contrib'],
      options: new Map([['Signed-By', '/usr/share/keyrings/debian-archive-keyring.gpg']]),
    },
    {
      uris: ['http://mirror.example/debian-security'],
      suites: ['bookworm-security'],
      components: ['main'],
      options: new Map(),
    },
  ]);
  t.end();
});

t.test('one line', (t) => {
  const [release, updates, ...rest] = parse('/etc/apt/sources.list', list);
  t.same(release, {
    uris: ['http://mirror.example/debian'],
    suites: ['bookworm'],
    components: ['main', 'non-free'],
    options: new Map([
      ['Architectures', 'amd64 arm64'],
      ['Signed-By', '/etc/apt/keyrings/k.gpg'],
    ]),
  });
  t.match(updates, { suites: ['bookworm-updates'], options: new Map() });
  t.same(rest, []);
  t.end();
});

t.test('files that apt does not read', (t) => {
  t.same(parse('/etc/apt/sources.list.d/x.list.disabled', list), []);
  t.same(parse('/etc/apt/sources.list.d/x.sources.save', deb822), []);
  t.end();
});

t.test('backports keep mirror, components and key', (t) => {
  const entry = deriveBackports(parse('a.sources', deb822), 'bookworm');
  t.equal(
    entry,
    `# Added by Switchyard for QEMU; remove this file to undo.
Types: deb
URIs: http://mirror.example/debian http://second.example/debian
Suites: bookworm-backports
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`,
  );
  t.equal(
    deriveBackports(parse('a.list', list), 'bookworm'),
    `# Added by Switchyard for QEMU; remove this file to undo.
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm-backports
Components: main non-free
Architectures: amd64 arm64
Signed-By: /etc/apt/keyrings/k.gpg
`,
  );
  t.end();
});

t.test('an embedded key survives', (t) => {
  const key =
    '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQ==\n -----END PGP PUBLIC KEY BLOCK-----';
  const text = `Types: deb\nURIs: http://m.example\nSuites: bookworm\nComponents: main\nSigned-By:${key}\n`;
  const entry = deriveBackports(parse('a.sources', text), 'bookworm') ?? '';
  t.ok(entry.endsWith(`Components: main\nSigned-By:${key}\n`), entry);
  t.same(
    parse('b.sources', entry),
    parse('a.sources', text.replace('bookworm', 'bookworm-backports')),
  );
  t.end();
});

t.test('no entry without a source for the release', (t) => {
  t.equal(deriveBackports(parse('a.sources', deb822), 'trixie'), undefined);
  t.equal(deriveBackports([], 'bookworm'), undefined);
  t.end();
});

t.test('knows what is offered already', (t) => {
  const sources = parse('a.sources', deb822);
  t.ok(offersSuite(sources, 'bookworm-updates'));
  t.notOk(offersSuite(sources, 'bookworm-backports'));
  t.notOk(offersSuite(sources, 'sid'), 'a disabled source offers nothing');
  t.end();
});
