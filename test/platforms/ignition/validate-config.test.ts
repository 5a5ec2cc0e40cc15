/**
 * What the validator accepts and how it names what it refuses; where Debian's `ignition-validate` is
 * installed, both must agree.
 */

import { spawnSync } from 'node:child_process';
import { t } from 'tap';
import { UsageError } from '../../../harness/base/errors.js';
import { serializeConfig } from '../../../platforms/ignition/build-config.js';
import { harnessDefaults } from '../../../platforms/ignition/harness-defaults.js';
import { validateConfig } from '../../../platforms/ignition/validate-config.js';
import { validator, withoutValidator } from '../../support/ignition-validate.js';

const config = (sections: object = {}, version = '3.3.0') => ({
  ignition: { version },
  ...sections,
});
const storage = (section: object, version?: string) => config({ storage: section }, version);
const files = (...list: object[]) => storage({ files: list });
const partitions = (...list: object[]) =>
  storage({ disks: [{ device: '/dev/vdb', partitions: list }] });
const luks = (extra: object) => ({ luks: [{ name: 'a', device: '/dev/vdb', ...extra }] });
const unit = (extra: object) => config({ systemd: { units: [extra] } });
const data = { source: 'data:,x' };

/** The message of the refusal; the test fails when there is none. */
function refusal(value: unknown): string {
  try {
    validateConfig(value);
  } catch (error) {
    t.ok(error instanceof UsageError);
    t.equal((error as UsageError).code, 'BAD_IGNITION');
    t.notMatch((error as UsageError).message, /\n/, 'one line');
    return (error as UsageError).message;
  }
  throw new Error(`accepted ${JSON.stringify(value)}`);
}

const good: Record<string, object> = {
  minimal: config(),
  defaults: {
    ...config(),
    ...harnessDefaults({
      authorizedKey: 'ssh-ed25519 AAAA me',
      hostKey: { publicKey: 'ssh-ed25519 BBBB', privateKey: 'PEM' },
      units: [],
      journal: 'units',
    }),
  },
  'special bits': files({ path: '/a', mode: 0o4755, contents: data }),
  'empty source': files({ path: '/a', overwrite: true, contents: { source: '' } }),
  'touching partitions': partitions(
    { number: 1, startMiB: 1, sizeMiB: 10 },
    { number: 2, startMiB: 11, sizeMiB: 10 },
  ),
  'repeated options': storage({
    filesystems: [{ device: '/dev/a', format: 'ext4', options: ['-E', 'a', '-E', 'b'] }],
  }),
  'template unit': unit({ name: 'a@b.service', dropins: [{ name: '10-a.conf' }] }),
};

const bad: Record<string, readonly [object, string]> = {
  'octal text as mode': [files({ path: '/a', mode: '0644' }), '$.storage.files.0.mode'],
  'mode too large': [files({ path: '/a', mode: 4096 }), '$.storage.files.0.mode'],
  'relative path': [files({ path: 'etc/a' }), '$.storage.files.0.path'],
  'path with ..': [files({ path: '/etc/../a' }), '$.storage.files.0.path'],
  'path twice': [files({ path: '/a' }, { path: '/a' }), '$.storage.files.1.path'],
  'node below a link': [
    storage({ links: [{ path: '/a', target: '/b' }], files: [{ path: '/a/c' }] }),
    '$.storage.files.0.path',
  ],
  'link without target': [storage({ links: [{ path: '/a' }] }), '$.storage.links.0.target'],
  'overwrite without contents': [
    files({ path: '/a', overwrite: true }),
    '$.storage.files.0.overwrite',
  ],
  'owner by id and name': [
    files({ path: '/a', user: { id: 1, name: 'x' } }),
    '$.storage.files.0.user',
  ],
  'short hash': [
    files({ path: '/a', contents: { ...data, verification: { hash: 'sha256-00' } } }),
    '$.storage.files.0.contents.verification.hash',
  ],
  'data URL that does not decode': [
    files({ path: '/a', contents: { source: 'data:,%zz' } }),
    '$.storage.files.0.contents.source',
  ],
  'unknown scheme': [
    files({ path: '/a', contents: { source: 'ftp://a/b' } }),
    '$.storage.files.0.contents.source',
  ],
  'headers of a data URL': [
    files({ path: '/a', contents: { ...data, httpHeaders: [{ name: 'a', value: 'b' }] } }),
    '$.storage.files.0.contents.httpHeaders',
  ],
  'partition without identity': [partitions({}), '$.storage.disks.0.partitions.0'],
  'overlapping partitions': [
    partitions({ number: 1, startMiB: 1, sizeMiB: 10 }, { number: 2, startMiB: 5, sizeMiB: 1 }),
    '$.storage.disks.0.partitions.1',
  ],
  'removed partition with a label': [
    partitions({ number: 1, shouldExist: false, label: 'a' }),
    '$.storage.disks.0.partitions.0',
  ],
  'RAID without devices': [
    storage({ raid: [{ name: 'a', level: 'raid1' }] }),
    '$.storage.raid.0.devices',
  ],
  'label too long for xfs': [
    storage({ filesystems: [{ device: '/dev/a', format: 'xfs', label: '1234567890123' }] }),
    '$.storage.filesystems.0.label',
  ],
  'mount point without format': [
    storage({ filesystems: [{ device: '/dev/a', path: '/a' }] }),
    '$.storage.filesystems.0.format',
  ],
  'unit without suffix': [unit({ name: 'docker' }), '$.systemd.units.0.name'],
  'drop-in without suffix': [
    unit({ name: 'a.service', dropins: [{ name: 'a' }] }),
    '$.systemd.units.0.dropins.0.name',
  ],
  'unterminated section': [
    unit({ name: 'a.service', contents: '[Unit' }),
    '$.systemd.units.0.contents',
  ],
  'user twice': [config({ passwd: { users: [{ name: 'a' }, { name: 'a' }] } }), '$.passwd.users.1'],
  'contradicting kernel arguments': [
    config({ kernelArguments: { shouldExist: ['a'], shouldNotExist: ['a'] } }),
    '$.kernelArguments',
  ],
};

for (const [title, value] of Object.entries(good)) {
  t.test(`accepts ${title}`, async (t) => {
    t.equal(validateConfig(value), value);
  });
}

for (const [title, [value, path]] of Object.entries(bad)) {
  t.test(`refuses ${title}`, async (t) => {
    t.match(refusal(value), `${path}: `);
  });
}

t.test('names every problem and what to do', async (t) => {
  const message = refusal(files({ path: 'a' }, { path: '/b', mode: -1 }));
  t.match(message, '$.storage.files.0.path: ');
  t.match(message, '$.storage.files.1.mode: ');
  t.match(message, 'correct the Ignition fragment (spec 3.3.0)');
});

t.test('unknown fields are errors, each by its own path', async (t) => {
  const message = refusal({ ...config(), sytemd: {}, storage: { file: [] } });
  t.match(message, '$.sytemd: unknown field');
  t.match(message, '$.storage.file: unknown field');
});

t.test('a version that is missing or unknown', async (t) => {
  t.match(refusal({}), '$.ignition.version is missing; use "3.3.0" or "3.4.0"');
  t.match(refusal(config({}, '3.9.0')), 'is "3.9.0"');
  t.match(refusal(null), '$.ignition.version is missing');
});

t.test('3.4.0 knows what 3.3.0 does not', async (t) => {
  const arn = { files: [{ path: '/a', contents: { source: 'arn:aws:s3:::bucket/key' } }] };
  const tang = { url: 'http://t', thumbprint: 'x', advertisement: '{}' };
  const newer = { discard: true, openOptions: ['--allow'], clevis: { tang: [tang] } };
  for (const section of [arn, luks(newer)]) {
    validateConfig(storage(section, '3.4.0'));
    t.match(refusal(storage(section)), '$.storage.');
  }
  t.match(refusal(storage(luks({ discard: true }))), '$.storage.luks.0.discard: unknown field');
});

t.test("agrees with Ignition's own validator", { skip: withoutValidator }, async (t) => {
  const accepts = (value: object) =>
    spawnSync(validator, ['-'], { input: serializeConfig(value as never) }).status === 0;
  for (const [title, value] of Object.entries(good)) t.ok(accepts(value), `accepts ${title}`);
  for (const [title, [value]] of Object.entries(bad)) t.notOk(accepts(value), `refuses ${title}`);
});
