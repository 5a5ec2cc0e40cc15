/**
 * Accounts of a directory service: sssd starts, and programs see its users.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { file } from '../support/provision.js';
import { settled } from '../support/running.js';

const domain = file(
  '/etc/sssd/sssd.conf',
  `[sssd]
services = nss
domains = harbour

[domain/harbour]
id_provider = proxy
proxy_lib_name = files
auth_provider = none
`,
  0o600,
);

export default defineSuite({
  id: 'security/sssd',
  summary: 'sssd runs with a domain of the config and answers for its users.',
  claims: ['Z17'],
  tags: ['security', 'accounts'],
  applies: { needs: ['sysext', 'extra:sssd'] },
  topology: singleMachine({
    provisioning: { kind: 'ignition', config: { storage: { files: [domain] } } },
  }),
  start: 'first-boot',
  async run({ machine, step, extra }) {
    const main = machine();
    await settled(main);
    await step('sssd starts', async () => {
      const extension = '/var/lib/extensions/flatcar-sssd.raw';
      await main.upload(extra('sssd').path, extension, { timeoutMs: 180_000 });
      await main.output(['systemd-sysext', 'refresh'], { sudo: true });
      await main.output(['systemd-tmpfiles', '--create', 'sssd.conf'], { sudo: true });
      await main.output(['systemctl', 'start', 'sssd.service'], { sudo: true });
      await main.waitForUnit('sssd.service', 'active');
    });
    await step('it knows its config and its users', async () => {
      const checked = await main.output(['sssctl', 'config-check'], { sudo: true });
      check.includes(checked, 'Issues identified by validators: 0', 'sssctl config-check');
      const user = await main.output(['getent', '-s', 'sss', 'passwd', 'core']);
      check.matches(user, /^core:[^:]*:500:500:/, 'core, by sssd');
    });
  },
});
