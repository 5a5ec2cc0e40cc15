/**
 * Defects of what updates write, and of what they must leave alone.
 */

import { beforeExtensions } from './defects.js';
import {
  changedAgent,
  changedConfig,
  changedRelease,
  editedAgent,
  postinstWith,
  postinstWithout,
  programWith,
  sabotaged,
  vendorUnit,
  withUnits,
} from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** Of slots, releases and state; what the engine says is in `update-engine.ts`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'update/never-first',
    suite: 'update/to-next',
    describes: 'The last step of the release does not make its slot the first choice.',
    change: changedRelease('next', postinstWithout('prioritize')),
    expect: assertionFailed,
  },
  {
    id: 'update/writes-what-runs',
    suite: 'update/to-next',
    describes: 'The engine writes the slot that runs: dm-verity notices, and the machine panics.',
    change: changedAgent('writes-what-runs', [
      {
        file: 'install/install.go',
        from: 'newTarget(current, current.Other())',
        to: 'newTarget(current, current)',
      },
    ]),
    expect: { phase: 'kernel', code: 'VERITY_CORRUPTION' },
  },
  {
    id: 'update/usr-of-the-other-slot',
    suite: 'update/to-next',
    describes: 'The release boots from its slot, and has /usr from the other one.',
    change: changedRelease('next', {
      addFiles: vendorUnit({
        script: 'mount -o ro /dev/disk/by-partlabel/USR-A /usr',
        when: 'DefaultDependencies=no\nBefore=sysinit.target',
      }),
    }),
    expect: assertionFailed,
  },
  {
    id: 'update/never-good',
    suite: 'update/marked-good',
    describes: 'The release has no timer for its health check.',
    change: changedRelease('next', {
      removeFiles: ['lib/systemd/system/sysinit.target.wants/mark-slot-good.timer'],
    }),
    expect: { phase: 'suite', code: 'COMMAND_TIMEOUT' },
  },
  {
    id: 'update/always-slot-b',
    suite: 'update/back-to-first-slot',
    describes: 'The release updates slot B, whichever runs.',
    change: changedRelease(
      'next',
      editedAgent([
        { file: 'slots/slots.go', from: 'if current.Name == "a" {', to: 'if current.Name != "" {' },
      ]),
    ),
    expect: assertionFailed,
  },
  {
    id: 'update/skipped-is-never-first',
    suite: 'update/skips-a-release',
    describes: 'The last step of the release does not make its slot the first choice.',
    change: changedRelease('next-next', postinstWithout('prioritize')),
    expect: assertionFailed,
  },
  {
    id: 'update/prioritize-does-nothing',
    suite: 'update/manual-rollback',
    describes: 'cgpt of the release takes prioritize and does nothing.',
    change: changedRelease('next', {
      addFiles: [programWith('bin/cgpt', '  prioritize) prioritize', '  prioritize) : prioritize')],
    }),
    expect: assertionFailed,
  },
  {
    id: 'update/not-masked',
    suite: 'update/masked-stays-masked',
    describes: 'The config unmasks the services.',
    change: changedConfig((config) =>
      withUnits(
        config,
        (config.systemd?.units ?? []).map((unit) => ({ ...unit, mask: false })),
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'update/drops-extensions',
    suite: 'update/user-state-survives',
    describes: 'The release removes the extensions of the user.',
    change: changedRelease('next-next', {
      addFiles: vendorUnit({ script: 'rm -f /etc/extensions/flatcar-podman.raw' }),
    }),
    expect: assertionFailed,
  },
  {
    id: 'update/defaults-are-hidden',
    suite: 'update/user-state-survives',
    describes: 'At its first boot the release writes something else over its own default.',
    change: changedRelease('next-next', {
      addFiles: [
        { path: 'share/flatcar/etc/harbour.conf', mode: 0o644, contents: 'berths = 7\n' },
        ...vendorUnit({ script: 'echo berths = 6 > /etc/harbour.conf' }),
      ],
    }),
    expect: assertionFailed,
  },
  {
    id: 'update/one-block-else',
    suite: 'update/same-as-fresh',
    describes: 'The engine writes one byte else, and does not compare what it wrote.',
    change: changedAgent('one-byte-else', [
      {
        file: 'install/target.go',
        from: 'if err := target.partition.Sync(); err != nil {',
        to: 'if _, err := target.partition.WriteAt([]byte{1}, int64(target.manifest.New.Size)-1); err != nil {\n\t\treturn err\n\t}\n\tif err := target.partition.Sync(); err != nil {',
      },
      {
        file: 'install/target.go',
        from: '!bytes.Equal(digest.Sum(nil), expected.SHA256)',
        to: 'bytes.Equal(digest.Sum(nil), nil)',
      },
    ]),
    expect: assertionFailed,
  },
  {
    id: 'update/leaves-something',
    suite: 'update/same-as-fresh',
    describes: 'The last step of the release leaves a file in /etc that no fresh machine has.',
    change: changedRelease(
      'next',
      postinstWith('touch /run/reboot-required', 'touch /run/reboot-required /etc/left-behind'),
    ),
    expect: assertionFailed,
  },
  {
    id: 'update/same-kernel',
    suite: 'update/other-kernel',
    describes: 'The release has the kernel of the one before.',
    change: changedRelease('other-kernel', { kernel: undefined }),
    expect: assertionFailed,
  },
  {
    id: 'update/tpm-is-gone',
    suite: 'update/luks-survives',
    describes: 'The release has nothing that opens a volume by the TPM.',
    change: changedRelease('next', { removeFiles: ['bin/clevis-decrypt-tpm2'] }),
    expect: assertionFailed,
  },
  {
    id: 'update/extension-is-lost',
    suite: 'update/whole-system',
    describes: 'The extension does not live through a boot.',
    change: sabotaged({ when: beforeExtensions, script: 'rm -rf /var/lib/extensions/harbour' }),
    expect: assertionFailed,
  },
];
