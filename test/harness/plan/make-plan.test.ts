/**
 * Plans: cases with stable ids, reasons for what is left out, large cases first.
 */

import t from 'tap';
import { parseSuiteId } from '../../../harness/model/ids.js';
import { role, singleMachine } from '../../../harness/model/topology.js';
import { makePlan } from '../../../harness/plan/make-plan.js';
import { withFirmware } from '../../../harness/plan/with-firmware.js';
import { fakeDescriptor, fakePlan, fakeSuite } from '../../support/fixtures.js';

const platform = { name: 'qemu', capabilities: [] };

t.test('what does not apply or can never fit is excluded with its reason', async (t) => {
  const suites = [
    fakeSuite('a/fits'),
    fakeSuite('a/wide', { topology: singleMachine({ vcpus: 9 }) }),
    fakeSuite('a/large', { topology: { roles: { main: role({ count: 5, memoryMiB: 1024 }) } } }),
    fakeSuite('a/other'),
  ];
  const plan = makePlan({
    suites,
    image: fakeDescriptor(),
    platform,
    seed: 1,
    budget: { memoryMiB: 4096, vcpus: 8 },
    whyNot: ({ id }) => (id === 'a/other' ? 'not today' : undefined),
  });
  t.match(plan.cases, [{ id: 'a/fits@fake-amd64@qemu-bios', cost: { vcpus: 2, memoryMiB: 1024 } }]);
  t.same(plan.excluded, [
    { suite: parseSuiteId('a/wide'), reason: 'needs 9 vCPUs, may use 8' },
    { suite: parseSuiteId('a/large'), reason: 'needs 5120 MiB of memory, may use 4096' },
    { suite: parseSuiteId('a/other'), reason: 'not today' },
  ]);
});

t.test('large cases come first', async (t) => {
  const small = Array.from({ length: 9 }, (_, n) => fakeSuite(`a/s${n}`));
  const large = fakeSuite('a/large', { topology: singleMachine({ memoryMiB: 4096 }) });
  t.equal(fakePlan([...small, large]).cases[0]?.suite, 'a/large');
});

t.test('large is what takes most of the scarcer resource', async (t) => {
  const wide = fakeSuite('a/wide', { topology: singleMachine({ vcpus: 8, memoryMiB: 512 }) });
  const deep = fakeSuite('a/deep', { topology: singleMachine({ vcpus: 1, memoryMiB: 2048 }) });
  const plan = makePlan({
    suites: [deep, wide],
    image: fakeDescriptor(),
    platform,
    seed: 1,
    budget: { memoryMiB: 8192, vcpus: 8 },
    whyNot: () => undefined,
  });
  t.same(
    plan.cases.map(({ suite }) => suite),
    ['a/wide', 'a/deep'],
  );
});

t.test('another firmware makes another case', async (t) => {
  const suite = withFirmware(fakeSuite('a/one'), 'uefi');
  t.equal(suite.topology.roles['main']?.firmware, 'uefi');
  t.match(fakePlan([suite]).cases, [{ id: 'a/one@fake-amd64@fake-uefi', firmware: 'uefi' }]);
});
