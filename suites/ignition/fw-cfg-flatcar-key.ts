/**
 * Flatcar's own name for the config in QEMU's fw_cfg.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { file } from '../support/provision.js';

const path = '/etc/came-by-fw-cfg';

export default defineSuite({
  id: 'ignition/fw-cfg-flatcar-key',
  summary: 'A config that is given under the name opt/org.flatcar-linux/config alone is applied.',
  claims: ['I01'],
  tags: ['ignition'],
  applies: { needs: ['ignition-fw-cfg-flatcar'] },
  topology: singleMachine({
    provisioning: {
      kind: 'ignition',
      config: { storage: { files: [file(path, 'flatcar\n')] } },
      fwCfg: 'opt/org.flatcar-linux/config',
    },
  }),
  start: 'first-boot',
  async run(context) {
    const machine = context.machine();
    await context.step('the machine has no other key', async () => {
      const ls = await machine.output(['ls', '/sys/firmware/qemu_fw_cfg/by_name/opt']);
      const vendors = ls.split('\n');
      check.includes(vendors, 'org.flatcar-linux', 'vendors in fw_cfg');
      check.excludes(vendors, 'com.coreos', 'vendors in fw_cfg');
    });
    await context.step('the config is applied', async () => {
      check.succeeds(await machine.exec(['test', '-e', path]), `the file ${path} of the config`);
      check.equal(await machine.readFile(path), 'flatcar\n', path);
    });
  },
});
