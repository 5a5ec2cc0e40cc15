/**
 * Read-only is no state that wears off.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'verity/read-only-after-reboot',
  summary: 'What root tried before a reboot has not made /usr writable after it.',
  claims: ['V01'],
  tags: ['verity', 'reboot'],
  applies: { needs: ['verity'] },
  topology: singleMachine(),
  limits: { runMs: 480_000 },
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    await machine.sh('mount -o remount,rw /usr; blockdev --setrw /dev/mapper/usr; touch /usr/x', {
      sudo: true,
    });
    await machine.reboot();
    const options = await machine.output(['findmnt', '-no', 'OPTIONS', '--target', '/usr']);
    check.includes(options.split(','), 'ro', 'mount options of /usr');
    const touch = await machine.exec(['touch', '/usr/x'], { sudo: true });
    check.fails(touch, 'touch in /usr');
    check.includes(touch.stderr, 'Read-only file system', 'why touch failed');
  },
});
