/**
 * Defects that the suites about Ignition must see: encrypted volumes, and what opens them.
 */

import { dataUrl } from '../../harness/model/data-url.js';
import type { IgnitionFragment } from '../../harness/model/ignition.js';
import { changedConfig, sabotaged, withSabotage, withStorage, withUnits } from './edits.js';
import { assertionFailed, assertionFailedIn, type Mutation } from './mutation.js';

type Luks = NonNullable<NonNullable<IgnitionFragment['storage']>['luks']>[number];

/** Volumes that open with a key which lies on the root file system, besides what is left of them. */
function withVolumes(config: IgnitionFragment, rest: (one: Luks) => Luks): IgnitionFragment {
  const keyFile = { source: dataUrl('harbour') };
  const luks = (config.storage?.luks ?? []).map((one) => ({ ...rest(one), keyFile }));
  return withStorage(config, { luks });
}

/** Ignition has crypttab ask for what clevis gives, also where there is a key besides. */
const keyNamed = {
  script: `printf harbour > /etc/vault.key
chmod 600 /etc/vault.key
sed -i 's, none , /etc/vault.key ,' /etc/crypttab`,
};

/** Gives that key to whoever asks for a passphrase after clevis could not. */
const answersLater = {
  script: `cat > /opt/answer <<'END'
until journalctl -b -u clevis-luks-askpass.service -o cat | grep -q 'Error communicating'; do sleep 0.5; done
while sleep 0.2; do
  for question in /run/systemd/ask-password/ask.*; do
    socket=$(sed -n s/^Socket=//p "$question" 2> /dev/null) || continue
    printf harbour | /usr/lib/systemd/systemd-reply-password 1 "$socket"
  done
done
END
systemd-run --unit=answer sh /opt/answer`,
};

/** One or more for each suite. */
export const mutations: readonly Mutation[] = [
  {
    id: 'ignition/volume-not-encrypted',
    suite: 'ignition/luks-key-file',
    describes: 'The file system is on the bare disk.',
    change: changedConfig((config) => {
      const units = (config.systemd?.units ?? []).map((one) => ({
        ...one,
        ...(one.contents && {
          contents: one.contents
            .replaceAll('/dev/mapper/vault', '/dev/vdb')
            .replaceAll('dev-mapper-vault', 'dev-vdb'),
        }),
      }));
      const filesystems = (config.storage?.filesystems ?? []).map((one) => ({
        ...one,
        device: '/dev/vdb',
      }));
      return withUnits(withStorage(config, { luks: [], filesystems }), units);
    }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/vault-is-plain',
    suite: 'ignition/luks-tpm2',
    describes:
      'The volume is bound to nothing that the machine has: its key lies on the root file system.',
    change: changedConfig((config) => withVolumes(config, ({ clevis: _, ...one }) => one)),
    expect: assertionFailed,
  },
  {
    id: 'ignition/root-has-its-key',
    suite: 'ignition/root-encrypted',
    describes: 'ROOT is encrypted, and opens with a key that lies on it.',
    change: changedConfig((config) => withVolumes(config, ({ clevis: _, ...one }) => one)),
    expect: assertionFailed,
  },
  {
    id: 'ignition/root-is-not-enrolled',
    suite: 'ignition/root-enrolled',
    describes: 'The program that should bind ROOT to the TPM says that it did.',
    change: sabotaged({ script: 'mount --bind /usr/bin/true /usr/bin/systemd-cryptenroll' }),
    expect: assertionFailed,
  },
  {
    id: 'ignition/root-opens-without-server',
    suite: 'ignition/root-tang',
    describes: 'ROOT has a second key, which lies on it.',
    change: changedConfig((config) => withVolumes(config, (one) => one)),
    expect: assertionFailed,
  },
  {
    id: 'ignition/vault-opens-without-server',
    suite: 'ignition/luks-tang',
    describes: 'The volume has a second key on the root file system, and crypttab names it.',
    change: changedConfig((config) =>
      withSabotage(
        withVolumes(config, (one) => one),
        keyNamed,
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'ignition/vault-opens-by-tpm',
    suite: 'ignition/luks-tang',
    describes: 'The volume is bound to the TPM too, and one of both is enough.',
    change: changedConfig((config) => {
      const luks = (config.storage?.luks ?? []).map((one) => {
        return { ...one, clevis: { ...one.clevis, tpm2: true } };
      });
      return withStorage(config, { luks });
    }),
    expect: assertionFailedIn('it is open'),
  },
  {
    id: 'ignition/vault-opens-later',
    suite: 'ignition/luks-tang',
    describes: 'Who knows another key answers the question, once clevis has failed.',
    change: changedConfig((config) =>
      withSabotage(
        withVolumes(config, (one) => one),
        answersLater,
      ),
    ),
    expect: assertionFailedIn('it stays sealed while the server is gone'),
  },
];
