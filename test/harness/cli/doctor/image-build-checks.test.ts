/**
 * What a user needs to build images, on made-up hosts: each finding and its remedy.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import {
  idsCheck,
  imageBuildChecks,
  namespaceCheck,
} from '../../../../harness/cli/doctor/image-build-checks.js';

t.test('root needs none of it, a user all', async (t) => {
  const directory = t.testdir({});
  t.same(imageBuildChecks({ name: 'root', uid: 0, directory }), []);
  const names = imageBuildChecks({ name: 'me', uid: 1000, directory }).map(({ name }) => name);
  t.same(names, ['newuidmap', 'subordinate-ids', 'user-namespaces']);
});

t.test('ids are a range in both files, by name or by number', async (t) => {
  const both = (subuid: string, subgid = subuid) => {
    return idsCheck({ name: 'me', uid: 1000, directory: t.testdir({ subuid, subgid }) }).check();
  };
  for (const line of ['me:100000:65536\n', '# none\nyou:1:65536\n1000:200000:99999\n']) {
    t.match(await both(line), { ok: true }, line);
  }
  const none = { ok: false, code: 'NO_SUBORDINATE_IDS', finding: /^me has fewer than 65536 ids/ };
  t.match(await both(''), {
    ...none,
    remedy: 'run: sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 me',
  });
  t.match(await both('me:100000:1000\n'), none, 'too few');
  t.match(await both('me:100000:65536\n', ''), none, 'no groups');
  const taken = await both('you:100000:65536\n', 'you:200000:65536\n');
  t.match(taken, { ...none, remedy: /--add-subuids 265536-331071 / }, 'beyond what others have');
  const absent = idsCheck({ name: 'me', uid: 1000, directory: join(t.testdir({}), 'none') });
  t.match(await absent.check(), none, 'no files');
});

t.test('who may make no namespaces hears of the setting that refuses', async (t) => {
  const refused = async () => false;
  for (const [file, value, remedy] of [
    [
      'kernel/apparmor_restrict_unprivileged_userns',
      '1\n',
      'allow it with: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0; or build the image as root',
    ],
    ['kernel/unprivileged_userns_clone', '0\n', /kernel\.unprivileged_userns_clone=1; or/],
    ['user/max_user_namespaces', '0\n', /user\.max_user_namespaces=10000; or/],
    ['user/max_user_namespaces', '1234\n', 'build the image as root'],
  ] as const) {
    const settings = t.testdir({});
    await mkdir(dirname(join(settings, file)), { recursive: true });
    await writeFile(join(settings, file), value);
    const found = await namespaceCheck(refused, settings).check();
    t.match(found, { ok: false, code: 'NO_USER_NAMESPACES', remedy }, file);
  }
  t.match(await namespaceCheck(async () => true).check(), { ok: true });
});

t.test('trying it on this host is no crash', async (t) => {
  t.match(await namespaceCheck().check(), { ok: Boolean, finding: /namespaces/ });
});
