/**
 * The formats of extensions.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { makeExtension } from '../support/extensions.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'sysext/image-formats',
  summary: 'An extension may be a squashfs, an ext4 or a btrfs image.',
  claims: ['X08'],
  tags: ['sysext'],
  applies: { needs: ['sysext'] },
  topology: singleMachine(),
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const tree = '/var/tmp/form';
    const makers = {
      squashfs: `mksquashfs ${tree} /var/lib/extensions/form.raw -noappend -quiet -no-progress`,
      ext4: `truncate -s 8M /var/lib/extensions/form.raw && mkfs.ext4 -q -d ${tree} /var/lib/extensions/form.raw`,
      btrfs: `truncate -s 128M /var/lib/extensions/form.raw && mkfs.btrfs -q -r ${tree} /var/lib/extensions/form.raw`,
    };
    await makeExtension(machine, 'form', { files: { 'share/form': 'here' }, directory: tree });
    for (const [format, make] of Object.entries(makers)) {
      await context.step(format, async () => {
        const made = `mkdir -p /var/lib/extensions; rm -f /var/lib/extensions/form.raw; ${make}`;
        check.succeeds(await machine.sh(made, { sudo: true }), `making an image in ${format}`);
        await machine.output(['systemd-sysext', 'refresh'], { sudo: true });
        check.equal(await machine.readFile('/usr/share/form'), 'here', 'its file in /usr');
        await machine.output(['systemd-sysext', 'unmerge'], { sudo: true });
        check.fails(await machine.exec(['test', '-e', '/usr/share/form']), 'its file, unmerged');
      });
    }
  },
});
