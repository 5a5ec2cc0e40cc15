/**
 * Defects that the suites about the network must see.
 */

import { changedConfig, changedImage, withFiles, withUnits } from './edits.js';
import { assertionFailed, type Mutation } from './mutation.js';

const eth0AsSomethingElse = '[Match]\nOriginalName=*\nDriver=virtio_net\n\n[Link]\nName=net0\n';

/** One or more for each suite of `network`. */
export const mutations: readonly Mutation[] = [
  {
    id: 'network/other-address',
    suite: 'network/static-address',
    describes: 'The config gives the NIC no address.',
    change: changedConfig((config) =>
      withFiles(config, (one) =>
        one.path.endsWith('.network') ? { ...one, path: '/etc/systemd/network/unread.txt' } : one,
      ),
    ),
    expect: assertionFailed,
  },
  {
    id: 'network/page-without-server',
    suite: 'network/page-from-file',
    describes: 'The config has the page and no unit that serves it.',
    change: changedConfig((config) => withUnits(config, [])),
    expect: { phase: 'suite', code: 'HTTP_FAILED' },
  },
  {
    id: 'network/page-unreadable',
    suite: 'network/page-from-file',
    describes: 'The page has another mode than the promise says.',
    change: changedConfig((config) =>
      withFiles(config, (one) => (one.path.startsWith('/srv') ? { ...one, mode: 0o600 } : one)),
    ),
    expect: assertionFailed,
  },
  {
    id: 'network/nic-has-another-name',
    suite: 'network/default-dhcp',
    describes: 'A link file of the image names the NIC net0.',
    change: changedImage({
      name: 'nic-net0',
      addFiles: [
        {
          path: 'lib/systemd/network/10-first.link',
          contents: eth0AsSomethingElse,
          mode: 0o644,
        },
      ],
    }),
    expect: assertionFailed,
  },
  {
    id: 'network/llmnr-on',
    suite: 'network/resolver',
    describes: 'A drop-in of the image turns LLMNR on.',
    change: changedImage({
      name: 'llmnr-on',
      addFiles: [
        {
          path: 'lib/systemd/resolved.conf.d/90-llmnr.conf',
          contents: '[Resolve]\nLLMNR=yes\n',
          mode: 0o644,
        },
      ],
    }),
    expect: assertionFailed,
  },
  {
    id: 'network/no-forwarding',
    suite: 'network/sysctls',
    describes: 'A later sysctl file of the image turns forwarding off.',
    change: changedImage({
      name: 'no-forwarding',
      addFiles: [
        { path: 'lib/sysctl.d/90-off.conf', contents: 'net.ipv4.ip_forward=0\n', mode: 0o644 },
      ],
    }),
    expect: assertionFailed,
  },
];
