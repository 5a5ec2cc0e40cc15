/**
 * Merging: identities, who wins, what is united, what conflicts, and the laws that make the order of
 * grouping irrelevant.
 */

import fc from 'fast-check';
import { t } from 'tap';
import type { IgnitionFragment } from '../../../harness/model/ignition.js';
import { buildConfig, serializeConfig } from '../../../platforms/ignition/build-config.js';
import { harnessDefaults } from '../../../platforms/ignition/harness-defaults.js';
import { mergeFragments } from '../../../platforms/ignition/merge-fragments.js';

const defaults = harnessDefaults({
  authorizedKey: 'ssh-ed25519 AAAA run\n',
  hostKey: { publicKey: 'ssh-ed25519 BBBB host', privateKey: 'PEM\n' },
  units: [],
  journal: 'image',
});

t.test('the later fragment wins per field, keys and groups are united', async (t) => {
  const merged = mergeFragments([
    defaults,
    {
      passwd: {
        users: [
          { name: 'core', sshAuthorizedKeys: ['ssh-ed25519 CCCC me'], groups: ['wheel'] },
          { name: 'ann' },
        ],
      },
      systemd: { units: [{ name: 'update-engine.service', mask: false, enabled: true }] },
    },
  ]);
  t.same(merged.passwd?.users, [
    {
      name: 'core',
      sshAuthorizedKeys: ['ssh-ed25519 AAAA run', 'ssh-ed25519 CCCC me'],
      groups: ['wheel'],
    },
    { name: 'ann' },
  ]);
  t.same(merged.systemd?.units, [
    { name: 'update-engine.service', mask: false, enabled: true },
    { name: 'locksmithd.service', mask: true },
  ]);
});

t.test('contents of a file are one value, drop-ins are united by name', async (t) => {
  const hash = { verification: { hash: 'sha256-old' } };
  const dropins = (...names: string[]) => ({
    units: [{ name: 'a.service', dropins: names.map((name) => ({ name, contents: name })) }],
  });
  const merged = mergeFragments([
    {
      storage: { files: [{ path: '/a', mode: 420, contents: { source: 'data:,a', ...hash } }] },
      systemd: dropins('1.conf', '2.conf'),
    },
    {
      storage: { files: [{ path: '/a', contents: { source: 'data:,b' } }] },
      systemd: dropins('2.conf', '3.conf'),
    },
  ]);
  t.same(merged.storage?.files, [{ path: '/a', mode: 420, contents: { source: 'data:,b' } }]);
  const names = merged.systemd?.units?.[0]?.dropins?.map((dropin) => dropin.name);
  t.same(names, ['1.conf', '2.conf', '3.conf']);
});

t.test('partitions are known by number, else by label; options are replaced', async (t) => {
  const disk = (...partitions: object[]): IgnitionFragment => ({
    storage: {
      disks: [{ device: '/dev/vda', partitions }],
      filesystems: [{ device: '/dev/vda1', options: partitions.map(() => '-F') }],
    },
  });
  const merged = mergeFragments([
    disk({ number: 1, sizeMiB: 1 }, { label: 'x', sizeMiB: 2 }),
    disk({ number: 1, label: 'ROOT' }, { number: 0, label: 'x', sizeMiB: 3 }),
  ]);
  t.same(merged.storage?.disks?.[0]?.partitions, [
    { number: 1, sizeMiB: 1, label: 'ROOT' },
    { label: 'x', sizeMiB: 3, number: 0 },
  ]);
  t.same(merged.storage?.filesystems?.[0]?.options, ['-F', '-F']);
});

t.test('one path as two kinds of node is a conflict', async (t) => {
  const file: IgnitionFragment = { storage: { files: [{ path: '/etc/a' }] } };
  const link: IgnitionFragment = { storage: { links: [{ path: '/etc/a', target: '/dev/null' }] } };
  t.throws(() => mergeFragments([file, link]), {
    code: 'IGNITION_CONFLICT',
    kind: 'usage',
    message: /\/etc\/a into both storage\.files and storage\.links; keep one/,
  });
});

t.test('an entry twice in one fragment is a conflict', async (t) => {
  const twice: IgnitionFragment = { storage: { files: [{ path: '/a' }, { path: '/a' }] } };
  t.throws(() => mergeFragments([twice]), {
    code: 'IGNITION_CONFLICT',
    message: /\/a twice in \$\.storage\.files/,
  });
});

t.test('a fragment of the wrong shape reaches validation and is named there', async (t) => {
  for (const storage of [null, 'x', { files: {} }, { files: [null] }, { files: [{ path: 7 }] }]) {
    const fragments = [defaults, { storage } as unknown as IgnitionFragment];
    t.throws(() => buildConfig({ version: '3.3.0', fragments }), {
      code: 'BAD_IGNITION',
      message: /\$\.storage/,
    });
  }
});

t.test('defaults build for both versions, with and without updates', async (t) => {
  for (const version of ['3.3.0', '3.4.0'] as const) {
    const config = buildConfig({ version, fragments: [defaults] });
    t.equal(JSON.parse(serializeConfig(config)).ignition.version, version);
    const modes = config.storage?.files?.map(({ path, mode }) => [path, mode]);
    t.same(modes, [
      ['/etc/ssh/ssh_host_ed25519_key', 0o600],
      ['/etc/ssh/ssh_host_ed25519_key.pub', 0o644],
    ]);
  }
  const on = harnessDefaults({
    authorizedKey: 'k',
    hostKey: { publicKey: 'a', privateKey: 'b' },
    units: ['update-engine.service', 'locksmithd.service'],
    journal: 'image',
  });
  t.equal(on.systemd, undefined);
});

const names = fc.constantFrom('a', 'b', 'c');
const file = fc.record(
  { path: names.map((name) => `/f/${name}`), mode: fc.nat(0o777), overwrite: fc.boolean() },
  { requiredKeys: ['path'] },
);
const user = fc.record(
  { name: names, groups: fc.uniqueArray(names), shell: names },
  { requiredKeys: ['name'] },
);
const unit = fc.record(
  {
    name: names,
    mask: fc.boolean(),
    dropins: fc.uniqueArray(fc.record({ name: names, contents: names }), {
      selector: (dropin) => dropin.name,
    }),
  },
  { requiredKeys: ['name'] },
);
const fragment: fc.Arbitrary<IgnitionFragment> = fc.record(
  {
    passwd: fc.record({ users: fc.uniqueArray(user, { selector: (item) => item.name }) }),
    storage: fc.record({ files: fc.uniqueArray(file, { selector: (item) => item.path }) }),
    systemd: fc.record({ units: fc.uniqueArray(unit, { selector: (item) => item.name }) }),
    kernelArguments: fc.record({ shouldExist: fc.uniqueArray(names) }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<IgnitionFragment>;

t.test('merging is associative, idempotent, and changes no input', async (t) => {
  fc.assert(
    fc.property(fragment, fragment, fragment, (a, b, c) => {
      const before = JSON.stringify([a, b, c]);
      const all = mergeFragments([a, b, c]);
      t.strictSame(mergeFragments([mergeFragments([a, b]), c]), all);
      t.strictSame(mergeFragments([a, mergeFragments([b, c])]), all);
      t.strictSame(mergeFragments([all, all]), all);
      return JSON.stringify([a, b, c]) === before;
    }),
    { numRuns: 100 },
  );
});

t.test('configs come in few sizes, padded by blanks', async (t) => {
  const text = (length: number) => {
    const source = `data:,${'x'.repeat(length)}`;
    const files = [{ path: '/x', contents: { source } }];
    return serializeConfig(buildConfig({ version: '3.3.0', fragments: [{ storage: { files } }] }));
  };
  for (const [length, size] of [
    [1, 8_192],
    [8_000, 8_192],
    [8_192, 16_384],
    [40_000, 65_536],
  ] as const) {
    t.equal(Buffer.byteLength(text(length)), size);
    t.equal(JSON.parse(text(length)).storage.files.length, 1);
  }
});
