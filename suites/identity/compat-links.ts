/**
 * Names that the system had before, and names that software expects: links to what they mean now.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

/** Sources: flatcar/init, `systemd/` and `bin/`; flatcar/baselayout. */
const links: Readonly<Record<string, string>> = {
  '/etc/os-release': '/usr/lib/os-release',
  '/etc/coreos': '/etc/flatcar',
  '/usr/share/coreos': '/usr/share/flatcar',
  '/usr/lib/coreos': '/usr/lib/flatcar',
  '/usr/share/oem': '/oem',
  '/etc/resolv.conf': '/run/systemd/resolve/resolv.conf',
  '/etc/motd': '/run/flatcar/motd',
};

export default defineSuite({
  id: 'identity/compat-links',
  summary: 'Former names and names that software expects lead to the files of today.',
  claims: ['C06'],
  tags: ['identity'],
  topology: singleMachine(),
  async run({ machine, image, step }) {
    const main = machine();
    await settled(main);
    const installs = image.descriptor.capabilities.includes('flatcar-install');
    const installer = { '/usr/bin/coreos-install': '/usr/bin/flatcar-install' };
    for (const [path, target] of Object.entries({ ...links, ...(installs && installer) })) {
      await step(path, async () => {
        await main.output(['test', '-L', path]);
        check.equal(await main.output(['readlink', '-f', path]), target, `target of ${path}`);
        await main.output(['test', '-e', path]);
      });
    }
  },
});
