/**
 * Which console line is the last before Ignition: Flatcar's and the reference image's initrd.
 */

import t from 'tap';
import { beforeIgnition } from '../../../../platforms/qemu/template/freeze-point.js';

const before = [
  '[  OK  ] Reached target Basic System.',
  '[  OK  ] Reached target basic.target - Basic System.',
  '[    8.2] systemd[1]: Reached target basic.target - Basic System.',
  '[    8.2] systemd[1]: Starting ignition-setup.service - Ignition (inputs)...',
  '         Starting Ignition (setup)...',
];

const not = [
  '[  OK  ] Reached target Local File Systems.',
  '[  OK  ] Reached target initrd-root-device.target - Initrd Root Device.',
  '         Starting Ignition (fetch-offline)...',
  '[    9.1] systemd[1]: Starting ignition-fetch-offline.service - Ignition (fetch-offline)...',
  '[  OK  ] Finished Ignition (files).',
];

t.test('the last line before Ignition reads its config', (t) => {
  for (const line of before) t.match(line, beforeIgnition);
  for (const line of not) t.notMatch(line, beforeIgnition);
  t.end();
});
