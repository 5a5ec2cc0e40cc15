/**
 * Links of the image lead somewhere.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

/**
 * The defaults of /etc are looked at where they are seen, in /etc; what a user may write comes and
 * goes; a kernel's `build` and `source` lead to where it was built.
 */
const skipped = ['/usr/share/flatcar/etc', '/usr/lib/modules/*/build', '/usr/lib/modules/*/source'];
const optional = ['/etc/environment', '/etc/localtime'];

export default defineSuite({
  id: 'verity/no-dead-links',
  summary: 'No link in /usr or /etc leads nowhere.',
  claims: ['V16'],
  tags: ['verity', 'identity'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('each link has a target', async () => {
      const pruned = skipped.flatMap((path) => ['-path', path, '-prune', '-o']);
      const argv = ['find', '/usr', '/etc', '-xdev', ...pruned] as const;
      const test = ['-xtype', 'l', '-printf', '%p -> %l\\n'] as const;
      const text = await main.output([...argv, ...test], { sudo: true });
      const dead = text.split('\n').filter((line) => line !== '');
      const real = dead.filter((line) => !optional.some((path) => line.endsWith(` -> ${path}`)));
      check.equal(real, [], 'links to nothing');
    });
  },
});
