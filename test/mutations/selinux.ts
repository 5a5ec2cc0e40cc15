/**
 * Defects that the suites about SELinux must see.
 */

import { changedSelinux, sabotaged } from './edits.js';
import { assertionFailedIn, commandFailed, type Mutation } from './mutation.js';

const engineUnit = {
  file: 'selinux/docker/usr/lib/systemd/system/docker.service.d/10-selinux.conf',
} as const;

/** One or more for each of these suites. */
export const mutations: readonly Mutation[] = [
  {
    id: 'security/selinux-enforcing',
    suite: 'security/selinux',
    describes: 'SELinux enforces from the start.',
    change: sabotaged({ script: `setenforce 1` }),
    expect: assertionFailedIn('it is permissive'),
  },
  {
    id: 'security/selinux-enforcing-by-default',
    suite: 'security/selinux',
    describes: 'The configuration of the image says that SELinux enforces.',
    change: changedSelinux({
      file: 'selinux/config',
      from: 'SELINUX=permissive',
      to: 'SELINUX=enforcing',
    }),
    expect: assertionFailedIn('it is permissive'),
  },
  {
    id: 'security/selinux-not-asked',
    suite: 'security/selinux',
    describes: 'SELinux is not among the security modules that the kernel is to use.',
    change: changedSelinux({ file: 'steps/selinux.sh', from: '/&,selinux/', to: '/&/' }),
    expect: assertionFailedIn('it is permissive'),
  },
  {
    id: 'security/selinux-denies-a-workload',
    suite: 'security/selinux',
    describes: 'A service runs programs in a domain that is not for them.',
    change: sabotaged({
      script: `systemd-run --unit=stranger sh -c 'while sleep 1; do runcon -t ping_t true; done'`,
    }),
    expect: assertionFailedIn('a workload is not denied anything when it enforces'),
  },
  {
    id: 'security/selinux-booleans-read-only',
    suite: 'security/selinux',
    describes: 'The booleans of the policy can be read only.',
    change: sabotaged({
      script: `mount --bind /sys/fs/selinux/booleans /sys/fs/selinux/booleans
mount -o remount,bind,ro /sys/fs/selinux/booleans`,
    }),
    expect: commandFailed,
  },
  {
    id: 'security/selinux-boolean-stays',
    suite: 'security/selinux',
    describes: 'The boolean is on, and the program that should change it says that it did.',
    change: sabotaged({
      script: `setsebool container_use_nfs on
mount --bind /usr/bin/true "$(command -v setsebool)"`,
    }),
    expect: assertionFailedIn('a boolean can be set'),
  },
  {
    id: 'containers/selinux-not-enabled',
    suite: 'containers/selinux',
    describes: 'The daemon is not told to use SELinux.',
    change: changedSelinux({ ...engineUnit, from: ' --selinux-enabled', to: '' }),
    expect: assertionFailedIn('docker says that it uses it'),
  },
  {
    id: 'containers/selinux-denies-nothing',
    suite: 'containers/selinux',
    describes: 'What runs containers, and what runs in them, is never denied anything.',
    change: changedSelinux({
      file: 'selinux/local.cil',
      from: '(allow domain tmpfs_t',
      to: '(typepermissive dockerd_t)\n(typepermissive container_t)\n(allow domain tmpfs_t',
    }),
    expect: assertionFailedIn('enforcing, it runs without and not with it'),
  },
];
