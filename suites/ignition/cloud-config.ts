/**
 * User data that is no Ignition config: what came before it, and still works.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { role } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

const ready = { kind: 'console', pattern: /login:/ } as const;

const key =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g harbour-key';

/** Units come last: this one tells at the console which keys core has. */
const cloudConfig = `#cloud-config
hostname: harbour
ssh_authorized_keys:
  - "${key}"
write_files:
  - path: /etc/issue.d/00-cloud.issue
    permissions: "0644"
    content: |
      written by cloud-config
coreos:
  units:
    - name: tell-keys.service
      command: start
      content: |
        [Service]
        Type=oneshot
        ExecStart=/bin/sh -c 'sed "s/^/key of core: /" /home/core/.ssh/authorized_keys > /dev/ttyS0'
`;

const script = `#!/bin/sh
echo "run by the script once: $(hostname)" > /dev/ttyS0
`;

export default defineSuite({
  id: 'ignition/cloud-config',
  summary: 'A cloud-config is applied, and a script as user data is run once in a boot.',
  claims: ['I44', 'I45'],
  tags: ['ignition', 'console'],
  applies: { needs: ['coreos-cloudinit', 'console'] },
  topology: {
    roles: {
      config: role({ provisioning: { kind: 'raw', config: cloudConfig }, ready }),
      script: role({ provisioning: { kind: 'raw', config: script }, ready }),
    },
  },
  start: 'cold',
  async run({ machine, step }) {
    await step('the cloud-config set the hostname, wrote the file and gave the key', async () => {
      const { console } = machine('config');
      await console.waitFor(/^harbour login:/, { timeoutMs: 120_000 });
      await console.waitFor(/written by cloud-config/, { timeoutMs: 120_000 });
      const told = await console.waitFor(/key of core: .*harbour-key/, { timeoutMs: 120_000 });
      check.includes(told, key, 'authorized keys of core');
    });
    await step('the script ran once', async () => {
      const { console } = machine('script');
      await console.waitFor(/run by the script once/, { timeoutMs: 120_000 });
      const times = console.lines().filter((line) => /run by the script once/.test(line)).length;
      check.equal(times, 1, 'how often the script ran');
    });
  },
});
