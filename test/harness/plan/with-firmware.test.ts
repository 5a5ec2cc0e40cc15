/**
 * A whole run of one firmware: the same suites but for what boots, without those about the other.
 */

import { join } from 'node:path';
import t from 'tap';
import { compiledRoot, projectRoot } from '../../../harness/base/project-root.js';
import { patternNames } from '../../../harness/execute/pattern-catalogue.js';
import type { Firmware } from '../../../harness/model/image.js';
import { role } from '../../../harness/model/topology.js';
import { whyOtherFirmware, withFirmware } from '../../../harness/plan/with-firmware.js';
import { loadContract } from '../../../harness/select/contract.js';
import { loadSuites } from '../../../harness/select/load-suites.js';
import { planNetwork } from '../../../platforms/network/plan-network.js';
import { fakePlan, fakeSuite } from '../../support/fixtures.js';

t.test('another firmware makes another case', async (t) => {
  const suite = withFirmware(fakeSuite('a/one'), 'uefi');
  t.equal(suite.topology.roles['main']?.firmware, 'uefi');
  t.match(fakePlan([suite]).cases, [{ id: 'a/one@fake-amd64@fake-uefi', firmware: 'uefi' }]);
});

t.test('the rest of a topology stays', async (t) => {
  const topology = {
    roles: { main: role({ segments: ['lan'] }) },
    segments: { lan: { subnet: '10.80.0.0/24' } },
    schedule: [{ kind: 'heal', atMs: 1 }] as const,
  };
  const changed = withFirmware(fakeSuite('a/one', { topology }), 'uefi').topology;
  const roles = { main: role({ segments: ['lan'], firmware: 'uefi' }) };
  t.same(changed, { ...topology, roles });
});

t.test('a suite about the other firmware is left out, and why', async (t) => {
  const suite = fakeSuite('boot/uefi', { applies: { needs: ['uefi'] } });
  const reason = 'needs uefi boot, and this run is of --firmware bios';
  t.equal(whyOtherFirmware(suite, 'bios'), reason);
  t.equal(whyOtherFirmware(suite, 'uefi'), undefined);
  t.equal(whyOtherFirmware(fakeSuite('a/one'), 'uefi'), undefined);
});

t.test('every suite of the project has a network under both', async (t) => {
  const contract = await loadContract(join(projectRoot(), 'suites', 'contract.tsv'));
  const directory = join(compiledRoot(), 'suites');
  const suites = await loadSuites({ directory, contract, patterns: patternNames });
  const leftOut = (firmware: Firmware) =>
    suites.filter((one) => whyOtherFirmware(one, firmware)).map(({ id }) => id);
  t.same(leftOut('bios'), ['boot/uefi', 'security/secure-boot', 'security/tampered-kernel']);
  const ofBios = [
    'boot/bios',
    'variants/disc',
    'variants/network-boot',
    'variants/persistent-root',
  ];
  t.same(leftOut('uefi'), ofBios);
  for (const firmware of ['bios', 'uefi'] as const) {
    for (const suite of suites) {
      t.doesNotThrow(() => planNetwork(withFirmware(suite, firmware).topology), suite.id);
    }
  }
});
