/**
 * Drop-ins for units of the image: read, and stronger than what the image ships.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

const config = `variant: flatcar
version: 1.0.0
systemd:
  units:
    - name: sshd@.service
      dropins:
        - name: 20-harbour.conf
          contents: |
            [Service]
            Environment=HARBOUR=open
    - name: systemd-timesyncd.service
      dropins:
        - name: 20-description.conf
          contents: |
            [Unit]
            Description=Time of the harbour
`;

export default defineSuite({
  id: 'ignition/drop-in',
  summary: 'Drop-ins of the config are listed and win over the units of the image.',
  claims: ['I23', 'D05'],
  tags: ['ignition', 'systemd', 'butane'],
  topology: singleMachine({ provisioning: { kind: 'butane', config } }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    const path = '/etc/systemd/system/sshd@.service.d/20-harbour.conf';
    await step('it is listed', async () => {
      check.includes(
        await main.output(['systemctl', 'cat', 'sshd@.service']),
        path,
        'sshd@.service',
      );
    });
    await step('it has its effect', async () => {
      const show = ['systemctl', 'show', '-P', 'Description', 'systemd-timesyncd.service'] as const;
      check.equal(await main.output(show), 'Time of the harbour', 'description of timesyncd');
      const session = await main.output([
        'systemctl',
        'show',
        '-P',
        'Environment',
        'sshd@x.service',
      ]);
      check.includes(session, 'HARBOUR=open', 'environment of sshd sessions');
    });
  },
});
