/**
 * The units that stream a journal: brought where the image has none, and the same as the image's.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { projectRoot } from '../../../harness/base/project-root.js';
import { harnessDefaults } from '../../../platforms/ignition/harness-defaults.js';
import { journalUnits } from '../../../platforms/ignition/journal-units.js';
import { journalPortName } from '../../../platforms/qemu/argv-sockets.js';

const keys = {
  authorizedKey: 'k',
  hostKey: { publicKey: 'a', privateKey: 'b' },
  units: ['update-engine.service', 'locksmithd.service'],
} as const;

const settings = (text: string) =>
  text.split('\n').filter((line) => /^\w+=/.test(line) && !line.startsWith('WantedBy='));

t.test('an image that streams by itself is left alone', async (t) => {
  t.equal(harnessDefaults({ ...keys, journal: 'image' }).systemd, undefined);
  const names = harnessDefaults({ ...keys, journal: 'units' }).systemd?.units?.map(
    ({ name }) => name,
  );
  t.same(names, ['stream-journal.path', 'stream-journal.service']);
});

t.test('the reference image has the same units', async (t) => {
  for (const { name, contents } of journalUnits) {
    const root = join(projectRoot(), 'images', 'reference', 'root', 'usr', 'lib');
    const own = await readFile(join(root, 'systemd', 'system', name), 'utf8');
    t.same(settings(contents ?? ''), settings(own), name);
    t.match(own, `/dev/virtio-ports/${journalPortName}`);
  }
});
