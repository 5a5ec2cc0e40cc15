/**
 * Selectors, and the message for each that matches nothing.
 */

import t from 'tap';
import { singleMachine } from '../../../harness/model/topology.js';
import { compareVersions, whyNotApplicable } from '../../../harness/select/applicability.js';
import { selectSuites } from '../../../harness/select/select-suites.js';
import { fakeDescriptor, fakeSuite } from '../../support/fixtures.js';

const suites = [
  fakeSuite('boot/no-config', { tags: ['first-boot'], claims: ['I03'] }),
  fakeSuite('boot/reboot', { claims: ['B21'] }),
  fakeSuite('verity/table-active', { claims: ['V04', 'B01'] }),
];

function ids(...selectors: string[]): string[] {
  return selectSuites(suites, selectors).map(({ id }) => id);
}

t.test('selectors', async (t) => {
  t.same(ids(), ['boot/no-config', 'boot/reboot', 'verity/table-active']);
  t.same(ids('boot/reboot'), ['boot/reboot']);
  t.same(ids('boot/*'), ['boot/no-config', 'boot/reboot']);
  t.same(ids('tag:first-boot'), ['boot/no-config']);
  t.same(ids('claim:v04'), ['verity/table-active']);
  t.same(ids('!boot/*'), ['verity/table-active']);
  t.same(ids('**', '!tag:first-boot'), ['boot/reboot', 'verity/table-active']);
});

t.test('what matches nothing is named, with what was probably meant', async (t) => {
  t.throws(() => ids('boot/no-confg'), {
    code: 'UNKNOWN_SUITE',
    kind: 'usage',
    message: 'unknown suite boot/no-confg; did you mean boot/no-config?',
  });
  t.throws(() => ids('boot'), { code: 'UNKNOWN_SUITE', message: /did you mean 'boot\/\*'\?/ });
  t.throws(() => ids('reboot'), { code: 'UNKNOWN_SUITE', message: /did you mean boot\/reboot\?/ });
  t.throws(() => ids('!boot/rebot'), { code: 'UNKNOWN_SUITE', message: /mean boot\/reboot\?/ });
  for (const empty of ['', '!']) {
    const message = /an empty selector matches no suite; name a suite/;
    t.throws(() => ids(empty), { code: 'NOTHING_SELECTED', kind: 'usage', message });
  }
  t.throws(() => ids('elsewhere'), { code: 'UNKNOWN_SUITE', message: /see \.\/yard list/ });
  for (const selector of ['net/*', 'tag:x', 'claim:Z99', '!tag:x']) {
    const message = new RegExp(`no suite matches .*${selector.replace(/[!*]/g, '')}`);
    t.throws(() => ids(selector), { code: 'NOTHING_SELECTED', kind: 'usage', message }, selector);
  }
  t.throws(() => ids('boot/*', '!boot/*'), { code: 'NOTHING_SELECTED' });
});

t.test('why a suite does not apply', async (t) => {
  const why = (applies: object, image = {}) =>
    whyNotApplicable(fakeSuite('a/b', { applies }), fakeDescriptor(image), ['console', 'bios']);
  t.equal(why({}), undefined);
  t.equal(why({ channels: ['beta'] }), 'not for channel alpha');
  t.equal(why({ arches: ['arm64'] }), 'not for amd64');
  t.equal(
    why({ needs: ['console', 'docker', 'tpm'] }),
    'needs docker, tpm, which neither image nor platform has',
  );
  t.match(why({ needs: ['9p'] }), /^needs 9p \(a kernel .* built without\), which neither /);
  t.equal(why({ needs: ['extra:tool'] }), 'needs extra:tool, which neither image nor platform has');
  t.match(
    why({ needs: ['extra:nginx'] }),
    /nginx \(a container image; \.\/yard images build makes it/,
  );
  t.equal(
    why({ needs: ['artifact:kubernetes', 'extra:kubernetes'] }),
    'needs kubernetes, which was not given; see --artifact kubernetes=DIR',
  );
  const nginx = { name: 'nginx', type: 'oci-archive', file: 'x', sizeBytes: 1, sha256: '' };
  t.equal(why({ needs: ['extra:nginx'] }, { extras: [nginx] }), undefined);
  t.equal(why({}, { firmware: ['uefi'] }), 'needs bios boot, which the image lacks');
  const uefi = fakeSuite('a/b', { topology: singleMachine({ firmware: 'uefi' }) });
  t.equal(
    whyNotApplicable(uefi, fakeDescriptor({ firmware: ['bios', 'uefi'] }), ['bios']),
    'needs uefi boot, which the platform lacks; see ./yard doctor',
  );
  const flatcar = { osId: 'flatcar', version: '4593.2.5' };
  t.equal(why({ minVersion: '4593.2.6' }, flatcar), 'needs 4593.2.6');
  t.equal(why({ endVersion: '4593.2.5' }, flatcar), 'only before 4593.2.5');
  t.equal(why({ minVersion: '9999' }), undefined, 'Flatcar’s numbers mean nothing elsewhere');
});

t.test('versions compare by their numbers', async (t) => {
  t.ok(compareVersions('4593.2.10', '4593.2.9') > 0);
  t.ok(compareVersions('4081', '4081.0.1') < 0);
  t.equal(compareVersions('1.2', '1.2.0'), 0);
});
