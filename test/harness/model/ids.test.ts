/**
 * Ids are made only by their parsers, which refuse what is not of their form.
 */

import t from 'tap';
import {
  makeCaseId,
  makeRunId,
  parseClaimId,
  parseRunId,
  parseSuiteId,
} from '../../../harness/model/ids.js';

t.test('suite ids', async (t) => {
  t.equal(parseSuiteId('boot/no-config'), 'boot/no-config');
  for (const wrong of ['boot', 'boot/', 'Boot/x', 'boot/no_config', 'a/b/c', 'boot/-x', '../x']) {
    t.equal(parseSuiteId(wrong), undefined, `${wrong} is refused`);
  }
});

t.test('claim ids', async (t) => {
  t.equal(parseClaimId('B01'), 'B01');
  for (const wrong of ['b01', 'B1', 'B001', 'B01 ']) t.equal(parseClaimId(wrong), undefined, wrong);
});

t.test('run ids sort by time and survive their own parser', async (t) => {
  const early = makeRunId(new Date('2026-01-02T03:04:05.678Z'), '00ff');
  t.equal(early, '20260102-030405-00ff');
  t.equal(parseRunId(early), early);
  t.equal(parseRunId('latest'), undefined);
  t.ok(early < makeRunId(new Date('2026-01-02T03:04:06Z'), '0000'));
});

t.test('a case id holds all that identifies it', async (t) => {
  const suite = parseSuiteId('boot/no-config');
  if (suite === undefined) throw new Error('unreachable');
  const id = makeCaseId({ suite, image: 'reference-amd64', platform: 'qemu', firmware: 'uefi' });
  t.equal(id, 'boot/no-config@reference-amd64@qemu-uefi');
});
