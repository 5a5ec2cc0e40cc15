/**
 * What the image leaves out on purpose: languages and manuals are for containers.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

const languages = ['perl', 'python', 'python3', 'ruby', 'tclsh', 'lua', 'node', 'php'];

/** Files with a first line for the kernel whose interpreter is not on the machine. */
const orphans = `find /usr/bin /usr/sbin -xdev -type f -perm -100 -exec grep -lIm1 '^#!' {} + |
while read -r script; do
  read -r interpreter argument rest < "$script" || :
  interpreter=$(echo "$interpreter" | sed 's/^#! *//')
  [ -n "$interpreter" ] || interpreter=$argument
  case $interpreter in
    */env) command -v "$argument" > /dev/null || echo "$script: $argument" ;;
    /*) [ -e "$interpreter" ] || echo "$script: $interpreter" ;;
  esac
done`;

export default defineSuite({
  id: 'verity/no-scripting',
  summary: 'The base has no scripting language, no script that would need one, and no manuals.',
  claims: ['V11', 'V12'],
  tags: ['verity', 'identity'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await step('no language', async () => {
      const found = await main.output(['find', '/usr/bin', '/usr/sbin', '-name', 'perl*']);
      check.equal(found, '', 'programs of perl');
      for (const name of languages) {
        check.fails(await main.sh(`command -v ${name}`), `looking for ${name}`);
      }
    });
    await step('no script without its language', async () => {
      check.equal(check.succeeds(await main.sh(orphans), 'the search'), '', 'scripts');
    });
    await step('no manuals', async () => {
      check.fails(await main.exec(['test', '-d', '/usr/share/man']), 'looking for /usr/share/man');
    });
  },
});
