/**
 * Defaults by which two callers agree on one image, and the lists of packages.
 */

import t from 'tap';
import type { Channel } from '../../../harness/model/image.js';
import { imageSettings, shortDigest } from '../../../images/reference/build-options.js';
import { debianSuite, osPackages, toolboxPackages } from '../../../images/reference/packages.js';

t.test('versions follow Flatcar’s scheme: the middle number is the channel', async (t) => {
  const expected: Readonly<Record<Channel, string>> = {
    alpha: '9999.0.0',
    beta: '9999.1.0',
    stable: '9999.2.0',
    lts: '9999.3.0',
    developer: '9999.0.0',
  };
  for (const [channel, version] of Object.entries(expected)) {
    t.equal(imageSettings({ channel: channel as Channel }).version, version, channel);
  }
  t.equal(imageSettings({ channel: 'beta', version: '1.2.3' }).version, '1.2.3');
});

t.test('nothing asked for is alpha without a variant', async (t) => {
  t.same(imageSettings({}), {
    channel: 'alpha',
    version: '9999.0.0',
    variant: { name: 'standard' },
  });
});

t.test('a digest tells values apart that only look alike when joined', async (t) => {
  const digests = [['a', 'b'], ['ab'], ['a,b'], [['a', 'b']], ['', 'ab']].map((values) =>
    shortDigest(...values),
  );
  t.equal(new Set(digests).size, digests.length);
  for (const digest of digests) t.match(digest, /^[0-9a-f]{16}$/);
});

t.test('package lists: names as Debian allows them, none twice, from one release', async (t) => {
  t.equal(debianSuite, 'trixie');
  for (const list of [osPackages, toolboxPackages]) {
    t.same([...new Set(list)], list);
    // Debian policy 5.6.1: what goes into `--include` unquoted.
    for (const name of list) t.match(name, /^[a-z0-9][a-z0-9+.-]+$/);
  }
});

t.test('the operating system has neither Perl nor Python by request', async (t) => {
  t.same(
    osPackages.filter((name) => /^(?:perl|python)/.test(name)),
    [],
  );
});
