/**
 * Butane is another way to write the same config: two machines, one from each, are the same.
 */

import { dataUrl } from '../../harness/model/data-url.js';
import type { IgnitionFragment } from '../../harness/model/ignition.js';
import { defineSuite } from '../../harness/model/suite.js';
import { role } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { difference, manifest, manifestParts } from '../support/manifest.js';
import { settled } from '../support/running.js';

const butane = `variant: flatcar
version: 1.0.0
passwd:
  users:
    - name: pilot
      groups: [docker]
storage:
  directories:
    - {path: /etc/harbour, mode: 0750}
  files:
    - path: /etc/harbour/notice
      mode: 0600
      contents: {inline: "closed at night\\n"}
  links:
    - {path: /etc/harbour/today, target: notice}
systemd:
  units:
    - name: tide.service
      enabled: true
      contents: |
        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=/bin/true
        [Install]
        WantedBy=multi-user.target
`;

const unitText = `[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
[Install]
WantedBy=multi-user.target
`;

const json: IgnitionFragment = {
  passwd: { users: [{ name: 'pilot', groups: ['docker'] }] },
  storage: {
    directories: [{ path: '/etc/harbour', mode: 0o750 }],
    files: [
      {
        path: '/etc/harbour/notice',
        mode: 0o600,
        contents: { source: dataUrl('closed at night\n') },
      },
    ],
    links: [{ path: '/etc/harbour/today', target: 'notice' }],
  },
  systemd: { units: [{ name: 'tide.service', enabled: true, contents: unitText }] },
};

export default defineSuite({
  id: 'butane/same-as-json',
  summary: 'A machine from Butane and one from the same config in JSON do not differ.',
  claims: ['U01', 'U08'],
  tags: ['butane', 'ignition'],
  topology: {
    roles: {
      butane: role({ provisioning: { kind: 'butane', config: butane } }),
      json: role({ provisioning: { kind: 'ignition', config: json, version: '3.3.0' } }),
    },
  },
  start: 'first-boot',
  async run({ machine, step, attach }) {
    const [one, other] = [machine('butane'), machine('json')];
    await step('both have booted', async () => {
      await Promise.all([settled(one), settled(other)]);
    });
    const [left, right] = await Promise.all([manifest(one), manifest(other)]);
    await attach('manifest.json', JSON.stringify(left, undefined, 2));
    for (const part of manifestParts) {
      await step(`the same ${part}`, async () => {
        check.equal(difference(left[part], right[part]), [], `differences in ${part}`);
      });
    }
  },
});
