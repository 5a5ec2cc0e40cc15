/**
 * Defects that the suites about the verified /usr must see.
 */

import { triesAgain, verityOff } from './defects.js';
import { changedImage, sabotaged } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `verity`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'verity/usr-writable-by-overlay',
    suite: 'verity/usr-read-only',
    describes: 'A writable overlay lies over /usr.',
    change: sabotaged({
      when: 'After=systemd-sysext.service',
      script:
        'mkdir -p /var/over/upper /var/over/work; mount -t overlay overlay -o lowerdir=/usr,upperdir=/var/over/upper,workdir=/var/over/work /usr',
    }),
    expect: assertionFailed,
  },
  {
    id: 'verity/corruption-tolerated',
    suite: 'verity/table-active',
    describes: 'The verity target of /usr is reloaded without panic_on_corruption.',
    change: sabotaged({
      script:
        'dmsetup table usr | sed -E "s/ 1 panic_on_corruption$//" | dmsetup reload --readonly usr; dmsetup resume usr',
    }),
    expect: assertionFailed,
  },
  {
    id: 'verity/off',
    suite: 'verity/table-active',
    describes: 'The initrd maps /usr as it is, and verifies nothing.',
    change: verityOff,
    expect: assertionFailed,
  },
  {
    id: 'verity/off-when-read',
    suite: 'verity/corrupt-block-on-read',
    describes: 'The initrd maps /usr as it is, and verifies nothing.',
    change: verityOff,
    expect: assertionFailed,
  },
  {
    id: 'verity/kernel-names-other-hash',
    suite: 'verity/hash-chain',
    describes: 'The kernel file of the slot carries another root hash than the one in use.',
    change: sabotaged({
      script:
        'printf %064d 0 | dd of=/boot/flatcar/vmlinuz-a bs=1 seek=64 conv=notrunc status=none; sync',
    }),
    expect: assertionFailed,
  },
  {
    id: 'verity/overlay-to-write-through',
    suite: 'verity/no-way-to-write',
    describes: 'A writable overlay lies over /usr.',
    change: sabotaged({
      when: 'After=systemd-sysext.service',
      script:
        'mkdir -p /var/over/upper /var/over/work; mount -t overlay overlay -o lowerdir=/usr,upperdir=/var/over/upper,workdir=/var/over/work /usr',
    }),
    expect: assertionFailed,
  },
  {
    id: 'verity/corruption-handed-out',
    suite: 'verity/no-way-to-write',
    describes: 'A block that does not verify is an error, and not the end of the system.',
    change: sabotaged({
      script:
        'dmsetup table usr | sed -E "s/ 1 panic_on_corruption$//" | dmsetup reload --readonly usr; dmsetup resume usr',
    }),
    expect: { phase: 'suite', code: 'CONSOLE_TIMEOUT' },
  },
  {
    id: 'verity/overlay-at-each-boot',
    suite: 'verity/read-only-after-reboot',
    describes: 'A writable overlay lies over /usr.',
    change: sabotaged({
      when: 'After=systemd-sysext.service',
      script:
        'mkdir -p /var/over/upper /var/over/work; mount -t overlay overlay -o lowerdir=/usr,upperdir=/var/over/upper,workdir=/var/over/work /usr',
    }),
    expect: assertionFailed,
  },
  {
    id: 'verity/tries-again',
    suite: 'verity/corrupt-block-at-boot',
    describes: 'Each boot gives slot B a try, whatever is in it.',
    change: triesAgain,
    expect: assertionFailed,
  },
  {
    id: 'verity/corruption-is-an-error',
    suite: 'verity/corrupt-block-on-read',
    describes: 'A block that does not verify is an error, and not the end of the system.',
    change: sabotaged({
      script:
        'dmsetup table usr | sed -E "s/ 1 panic_on_corruption$//" | dmsetup reload --readonly usr; dmsetup resume usr',
    }),
    expect: { phase: 'suite', code: 'CONSOLE_TIMEOUT' },
  },
  {
    id: 'verity/script-without-language',
    suite: 'verity/no-scripting',
    describes: 'A script came in whose language did not.',
    change: changedImage({
      name: 'orphan-script',
      addFiles: [{ path: 'bin/orphan', mode: 0o755, contents: '#!/usr/bin/perl\nprint 1;\n' }],
    }),
    expect: assertionFailed,
  },
  {
    id: 'verity/root-for-all',
    suite: 'verity/file-modes',
    describes: 'A program that nobody knows runs as root.',
    change: changedImage({
      name: 'root-for-all',
      addFiles: [{ path: 'bin/doas', mode: 0o4755, contents: '#!/bin/sh\nexec "$@"\n' }],
    }),
    expect: assertionFailed,
  },
  {
    id: 'verity/target-is-gone',
    suite: 'verity/no-dead-links',
    describes: 'The editor went, and its other name stayed.',
    change: changedImage({ name: 'no-editor', removeFiles: ['bin/vim.tiny'] }),
    expect: assertionFailed,
  },
];
