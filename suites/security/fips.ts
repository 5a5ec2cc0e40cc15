/**
 * FIPS mode: asked for on the kernel command line, and kept by the kernel and OpenSSL.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { file } from '../support/provision.js';
import { rebootLimits, settled } from '../support/running.js';

const settings = file(
  '/etc/ssl/fips.cnf',
  `config_diagnostics = 1
openssl_conf = start
.include /etc/ssl/fipsmodule.cnf
[start]
providers = providers
alg_section = algorithms
[providers]
fips = fips_sect
base = base_sect
[base_sect]
activate = 1
[algorithms]
default_properties = fips=yes
`,
);

export default defineSuite({
  id: 'security/fips',
  summary: 'With fips=1 the kernel is in FIPS mode, and OpenSSL refuses what is not approved.',
  claims: ['Z14'],
  tags: ['security', 'kernel', 'reboot', 'slow'],
  applies: { needs: ['fips'] },
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: { kernelArguments: { shouldExist: ['fips=1'] }, storage: { files: [settings] } },
    },
  }),
  start: 'cold',
  limits: { ...rebootLimits, bootMs: 600_000 },
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the kernel is in FIPS mode', async () => {
      const enabled = await main.output(['cat', '/proc/sys/crypto/fips_enabled']);
      check.equal(enabled, '1', 'crypto.fips_enabled');
    });
    await step('OpenSSL has its module, and nothing that is not approved', async () => {
      const script = `module=$(find -L /usr/lib /usr/lib64 -name fips.so | head -n 1)
        openssl fipsinstall -quiet -out /etc/ssl/fipsmodule.cnf -module "$module"
        chmod 644 /etc/ssl/fipsmodule.cnf`;
      const made = await main.sh(script, { sudo: true, timeoutMs: 120_000 });
      check.succeeds(made, 'openssl fipsinstall');
      const openssl = 'OPENSSL_CONF=/etc/ssl/fips.cnf openssl';
      const providers = check.succeeds(await main.sh(`${openssl} list -providers`), 'providers');
      check.matches(providers, /^\s*fips$[\s\S]*?status: active/m, 'providers');
      const sha = await main.sh(`echo harbour | ${openssl} sha256`);
      check.succeeds(sha, 'SHA-256');
      check.fails(await main.sh(`echo harbour | ${openssl} md5`), 'MD5');
    });
  },
});
