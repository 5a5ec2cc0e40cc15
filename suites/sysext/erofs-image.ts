/**
 * The newest format of extensions, which the oldest images do not know.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { makeExtension } from '../support/extensions.js';
import { settled } from '../support/running.js';

const image = '/var/lib/extensions/form.raw';

export default defineSuite({
  id: 'sysext/erofs-image',
  summary: 'An extension may be an erofs image.',
  claims: ['X23'],
  tags: ['sysext'],
  applies: { needs: ['sysext'], minVersion: '4593' },
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('an image is made', async () => {
      const directory = '/var/tmp/form';
      await makeExtension(main, 'form', { files: { 'share/form': 'here' }, directory });
      const script = `mkdir -p /var/lib/extensions; mkfs.erofs --quiet ${image} ${directory}`;
      check.succeeds(await main.sh(script, { sudo: true }), 'making an image in erofs');
    });
    await step('it is merged, and taken out again', async () => {
      await main.output(['systemd-sysext', 'refresh'], { sudo: true });
      check.equal(await main.readFile('/usr/share/form'), 'here', 'its file in /usr');
      await main.output(['systemd-sysext', 'unmerge'], { sudo: true });
      check.fails(await main.exec(['test', '-e', '/usr/share/form']), 'its file, unmerged');
    });
  },
});
