/**
 * Configs that are handed over by fw_cfg, and those that are fetched.
 */

import t from 'tap';
import { isByUrl, isServed, pointerTo } from '../../../platforms/qemu/served-config.js';

const withFile = (bytes: number) => {
  const file = { path: '/a', contents: { source: `data:,${'x'.repeat(bytes)}` } };
  return { kind: 'ignition', config: { storage: { files: [file] } } } as const;
};

t.test('only a config of more than a quarter of a MiB is large', async (t) => {
  t.notOk(isServed({ kind: 'none' }));
  t.notOk(
    isServed({ kind: 'raw', config: 'x'.repeat(2 ** 20) }),
    'bytes are handed over as they are',
  );
  t.notOk(isServed(withFile(1000)));
  t.ok(isServed(withFile(300_000)));
  const asked = { kind: 'ignition', config: {}, byUrl: true } as const;
  t.ok(isServed(asked), 'however small it is');
  t.ok(isByUrl(asked));
  t.notOk(isByUrl(withFile(300_000)), 'a pointer to it is in fw_cfg');
});

t.test('the small config names the place and the hash of the large one', async (t) => {
  const pointer = pointerTo('text', { ignition: { version: '3.4.0' } });
  t.match(pointer.ignition.version, '3.4.0');
  t.match(pointer.ignition.config?.replace, {
    source: 'http://10.0.2.101/config.ign',
    verification: { hash: /^sha512-[0-9a-f]{128}$/ },
  });
});
