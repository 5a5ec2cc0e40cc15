/**
 * Users by sysusers.d and files by tmpfiles.d, both from the config; the files come at every boot.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { rebootLimits, settled } from '../support/running.js';

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/sysusers.d/harbour.conf
      contents: {inline: "u harbour 731 \\"Harbour master\\" /srv/harbour\\n"}
    - path: /etc/tmpfiles.d/harbour.conf
      contents: {inline: "d /run/harbour 0750 harbour harbour\\nf /run/harbour/log 0640 harbour harbour - opened\\n"}
`;

async function checkFiles(machine: Machine): Promise<void> {
  const stat = ['stat', '-c', '%A %U:%G', '/run/harbour', '/run/harbour/log'] as const;
  const seen = await machine.output(stat, { sudo: true });
  check.equal(
    seen,
    'drwxr-x--- harbour:harbour\n-rw-r----- harbour:harbour',
    'files of tmpfiles.d',
  );
  const text = await machine.output(['cat', '/run/harbour/log'], { sudo: true });
  check.equal(text, 'opened', '/run/harbour/log');
}

export default defineSuite({
  id: 'systemd/sysusers-and-tmpfiles',
  summary: 'sysusers.d makes users with their groups, tmpfiles.d makes files at every boot.',
  claims: ['D10', 'D11'],
  tags: ['systemd', 'butane', 'reboot'],
  topology: singleMachine({ provisioning: { kind: 'butane', config } }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the user is there', async () => {
      const entry = await main.output(['getent', 'passwd', 'harbour']);
      check.matches(entry, /^harbour:[^:]*:731:731:Harbour master:\/srv\/harbour:/, 'passwd');
      const shadow = await main.output(['grep', '^harbour:', '/etc/gshadow'], { sudo: true });
      check.matches(shadow, /^harbour:[!*]/, 'gshadow');
    });
    await step('the files are there', async () => await checkFiles(main));
    await step('the files are there after a reboot', async () => {
      await main.reboot();
      await settled(main);
      await checkFiles(main);
    });
  },
});
