/**
 * Configs that are handed over by fw_cfg, and those that are fetched.
 */

import t from 'tap';
import { isLarge, pointerTo } from '../../../platforms/qemu/large-config.js';

const withFile = (bytes: number) => {
  const file = { path: '/a', contents: { source: `data:,${'x'.repeat(bytes)}` } };
  return { kind: 'ignition', config: { storage: { files: [file] } } } as const;
};

t.test('only a config of more than a quarter of a MiB is large', async (t) => {
  t.notOk(isLarge({ kind: 'none' }));
  t.notOk(
    isLarge({ kind: 'raw', config: 'x'.repeat(2 ** 20) }),
    'bytes are handed over as they are',
  );
  t.notOk(isLarge(withFile(1000)));
  t.ok(isLarge(withFile(300_000)));
});

t.test('the small config names the place and the hash of the large one', async (t) => {
  const pointer = pointerTo('text', { ignition: { version: '3.4.0' } });
  t.match(pointer.ignition.version, '3.4.0');
  t.match(pointer.ignition.config?.replace, {
    source: 'http://10.0.2.101/config.ign',
    verification: { hash: /^sha512-[0-9a-f]{128}$/ },
  });
});
