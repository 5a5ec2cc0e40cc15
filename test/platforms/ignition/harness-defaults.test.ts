/**
 * What the harness itself asks of a machine.
 */

import t from 'tap';
import { harnessDefaults } from '../../../platforms/ignition/harness-defaults.js';

const keys = {
  authorizedKey: 'ssh-ed25519 AAAA switchyard\n',
  hostKey: { publicKey: 'a', privateKey: 'b' },
  units: [],
  journal: 'image',
} as const;

t.test('a way in, an identity, and quiet', (t) => {
  const { passwd, storage, systemd } = harnessDefaults(keys);
  t.strictSame(passwd?.users, [
    { name: 'core', sshAuthorizedKeys: ['ssh-ed25519 AAAA switchyard'] },
  ]);
  const paths = storage?.files?.map(({ path }) => path);
  t.strictSame(paths, ['/etc/ssh/ssh_host_ed25519_key', '/etc/ssh/ssh_host_ed25519_key.pub']);
  t.strictSame(systemd?.units, [
    { name: 'update-engine.service', mask: true },
    { name: 'locksmithd.service', mask: true },
  ]);
  t.end();
});

t.test('no mask for a unit that the config speaks of, whatever it says', (t) => {
  const units = ['locksmithd.service', 'other.service'];
  const { systemd } = harnessDefaults({ ...keys, units });
  t.strictSame(systemd?.units, [{ name: 'update-engine.service', mask: true }]);
  t.end();
});

t.test('a name, where the machine is to have one of its own', (t) => {
  const named = harnessDefaults({ ...keys, hostname: 'main-1' }).storage?.files?.at(-1);
  t.match(named, { path: '/etc/hostname', overwrite: true, contents: { source: /main-1/ } });
  t.end();
});
