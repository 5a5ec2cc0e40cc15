/**
 * Defects of what boots without a disk.
 */

import { changedLive } from './edits.js';
import { assertionFailed, commandFailed, type Mutation } from './mutation.js';

/** One or more for each suite of `variants`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'variants/updates-itself',
    suite: 'variants/network-boot',
    describes: 'nothing in /usr says that it is in memory, and the update engine starts',
    change: changedLive({
      file: 'steps/live.sh',
      from: 'cp -r /source/live/usr/. $work/usr/\n',
      to: 'cp -r /source/live/usr/. $work/usr/; rm $work/usr/.noupdate\n',
    }),
    expect: commandFailed,
  },
  {
    id: 'variants/writable-usr',
    suite: 'variants/network-boot',
    describes: '/usr is a copy that can be written to',
    change: changedLive({
      file: 'live/initrd/init',
      from: '/sysusr/usr || fail "the archive has no readable file system."',
      to:
        '/sysroot && $b mount -t tmpfs tmpfs /sysusr/usr && ' +
        '$b cp -a /sysroot/. /sysusr/usr/ && $b umount /sysroot || fail',
    }),
    expect: assertionFailed,
  },
  {
    id: 'variants/forgets-its-root',
    suite: 'variants/persistent-root',
    describes: 'the root is in memory, whatever the command line says',
    change: changedLive({
      file: 'live/initrd/root-generator',
      from: '[ -n "$device" ] || exit 0',
      to: 'exit 0',
    }),
    expect: assertionFailed,
  },
  {
    id: 'variants/disc-wants-a-password',
    suite: 'variants/disc',
    describes: 'the screen of the disc asks who is there',
    change: changedLive({ file: 'live/disc.cfg', from: ' flatcar.autologin', to: '' }),
    expect: { phase: 'suite', code: 'CONSOLE_TIMEOUT' },
  },
];
