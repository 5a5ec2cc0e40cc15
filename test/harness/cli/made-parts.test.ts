/**
 * Which images have what is made beside a disk, and whose files a suite then gets.
 */

import t from 'tap';
import { silentLogger } from '../../../harness/base/logger.js';
import { withExtras } from '../../../harness/cli/extend-image.js';
import { withPartNames, withParts } from '../../../harness/cli/made-parts.js';
import { loadSettings } from '../../../harness/cli/settings.js';
import type { Image, ImageExtra } from '../../../harness/model/image.js';
import { madeParts } from '../../../images/releases/made-parts.js';
import { fakeImage, fakeSuite } from '../../support/fixtures.js';

const needs = ['extra:iso'];
const iso: ImageExtra = {
  name: 'iso',
  file: '/i/one.iso',
  type: 'file',
  sizeBytes: 1,
  sha256: 'a',
};

function imageOf(osId: string, extras: readonly ImageExtra[] = []): Image {
  const { descriptor, ...image } = fakeImage();
  return { ...image, descriptor: { ...descriptor, osId, extras } };
}

async function partsOf(image: Image) {
  const suites = [fakeSuite('a/one', { applies: { needs } }), fakeSuite('a/two')];
  const settings = await loadSettings({});
  const { signal } = new AbortController();
  return await withParts({ image, suites, settings, logger: silentLogger, signal });
}

t.test('it can be made of the reference system alone', async (t) => {
  const capabilitiesOf = (osId: string) => withPartNames(imageOf(osId)).descriptor.capabilities;
  t.ok(capabilitiesOf('switchyard').includes('extra:iso'));
  t.notOk(capabilitiesOf('flatcar').includes('extra:iso'));
});

t.test('what is there is not made, and nothing is that no suite needs', async (t) => {
  const names = Object.keys(madeParts.live.files);
  const given = imageOf(
    'switchyard',
    names.map((name) => ({ ...iso, name })),
  );
  t.equal(await partsOf(given), given);
  const alone = imageOf('switchyard', [iso]);
  t.equal(await partsOf(alone), alone, 'a release that came with its disc alone');
  const real = imageOf('flatcar');
  t.equal(await partsOf(real), real);
});

t.test('what was made comes in place of what was there', async (t) => {
  const box = { ...iso, name: 'box' };
  const image = withExtras(imageOf('switchyard', [iso, box]), [{ ...iso, file: '/i/two.iso' }]);
  t.same(
    image.descriptor.extras.map(({ name, file }) => `${name} ${file}`),
    ['box /i/one.iso', 'iso /i/two.iso'],
  );
});
