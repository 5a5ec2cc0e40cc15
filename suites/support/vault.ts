/**
 * An encrypted data disk that the machine opens by itself, bound to something that it is not: a TPM
 * or a server. Written as Ignition, since Butane's flatcar variants refuse `luks.clevis`.
 */

import type { IgnitionFragment } from '../../harness/model/ignition.js';
import type { Machine } from '../../harness/model/machine.js';
import { check } from './check.js';
import { unit } from './provision.js';

type Clevis = NonNullable<
  NonNullable<NonNullable<IgnitionFragment['storage']>['luks']>[number]['clevis']
>;

/** Logins wait for remote file systems unless their order is stated: a sealed one would lock us out. */
function mountUnit(remote: boolean): string {
  const order = remote
    ? 'DefaultDependencies=no\nConflicts=umount.target\nBefore=umount.target\n'
    : '';
  return `[Unit]
${order}Requires=systemd-cryptsetup@vault.service
After=systemd-cryptsetup@vault.service

[Mount]
What=/dev/mapper/vault
Where=/srv
Type=ext4

[Install]
WantedBy=${remote ? 'multi-user.target' : 'local-fs.target'}
`;
}

/** The disk `data` as LUKS volume `vault`, mounted at /srv. */
export function vaultConfig(
  clevis: Clevis,
  { remote }: { readonly remote: boolean },
): IgnitionFragment {
  const options = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000'];
  const device = '/dev/disk/by-id/virtio-data';
  return {
    storage: {
      luks: [{ name: 'vault', device, wipeVolume: true, options, clevis }],
      filesystems: [{ device: '/dev/mapper/vault', format: 'ext4', path: '/srv' }],
    },
    systemd: { units: [unit('srv.mount', mountUnit(remote))] },
  };
}

/** The pins of each binding, by `clevis luks list`. Ignition has clevis wrap them in one of kind `sss`. */
function pinsOf(bindings: string): readonly string[] {
  return bindings.split('\n').map((binding) => {
    const form = /^\d+: (\w+) '(.*)'$/;
    const [, pin = '', config = ''] = check.matches(binding, form, 'binding of the volume');
    return pin === 'sss' ? Object.keys(JSON.parse(config).pins).join(' or ') : pin;
  });
}

/** The volume is encrypted, bound to this pin of clevis and to no other, open and mounted. */
export async function checkVault(machine: Machine, pin: string): Promise<void> {
  const type = ['blkid', '-p', '-o', 'value', '-s', 'TYPE', '/dev/vdb'] as const;
  check.equal(await machine.output(type, { sudo: true }), 'crypto_LUKS', 'type of vdb');
  const bindings = await machine.output(['clevis', 'luks', 'list', '-d', '/dev/vdb'], {
    sudo: true,
  });
  check.equal(pinsOf(bindings), [pin], 'bindings of the volume');
  const source = await machine.output(['findmnt', '-no', 'SOURCE', '/srv']);
  check.equal(source, '/dev/mapper/vault', 'device of /srv');
}
