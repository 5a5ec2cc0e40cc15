/**
 * User data that is no Ignition config: what came before it, and still works.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { role } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

const ready = { kind: 'console', pattern: /login:/ } as const;

const cloudConfig = `#cloud-config
hostname: harbour
write_files:
  - path: /etc/issue.d/00-cloud.issue
    permissions: "0644"
    content: |
      written by cloud-config
`;

const script = `#!/bin/sh
echo "run by the script once: $(hostname)" > /dev/ttyS0
`;

export default defineSuite({
  id: 'ignition/cloud-config',
  summary: 'A cloud-config is applied, and a script as user data is run once.',
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
    await step('the cloud-config set the hostname and wrote the file', async () => {
      const { console } = machine('config');
      await console.waitFor(/^harbour login:/, { timeoutMs: 120_000 });
      await console.waitFor(/written by cloud-config/, { timeoutMs: 120_000 });
    });
    await step('the script ran once', async () => {
      const { console } = machine('script');
      await console.waitFor(/run by the script once/, { timeoutMs: 120_000 });
      const times = console.lines().filter((line) => /run by the script once/.test(line)).length;
      check.equal(times, 1, 'how often the script ran');
    });
  },
});
