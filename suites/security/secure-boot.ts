/**
 * Under Secure Boot the kernel is locked down and loads signed modules only.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { signedDisk, singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { globalVariables } from '../support/efi.js';
import { checkRunning } from '../support/running.js';

export default defineSuite({
  id: 'security/secure-boot',
  summary:
    'Secure Boot boots the image to a kernel that is locked down and takes no unsigned module.',
  claims: ['P04', 'Z18', 'Z19'],
  tags: ['security', 'uefi', 'kernel'],
  applies: { needs: ['uefi', 'secure-boot'] },
  topology: singleMachine({ firmware: 'uefi', secureBoot: true, boot: signedDisk }),
  start: 'cold',
  async run({ machine, step }) {
    const main = machine();
    await checkRunning(main);
    await step('the firmware verifies what it boots', async () => {
      const variable = `/sys/firmware/efi/efivars/SecureBoot-${globalVariables}`;
      const value = await main.output(['od', '-An', '-tu1', '-j4', variable], { sudo: true });
      check.equal(value.trim(), '1', 'the variable SecureBoot');
    });
    await step('integrity is locked down', async () => {
      const modes = await main.output(['cat', '/sys/kernel/security/lockdown'], { sudo: true });
      check.includes(modes, '[integrity]', 'lockdown');
    });
    await step('a module that lost its signature is refused', async () => {
      const script = `module=$(modinfo -n dummy)
        case $module in
          *.xz) xz -dc "$module" ;;
          *.zst) zstd -dc "$module" ;;
          *) cat "$module" ;;
        esac | head -c -64 > /run/unsigned.ko
        insmod /run/unsigned.ko`;
      const refused = await main.sh(script, { sudo: true });
      check.fails(refused, 'insmod of an unsigned module');
      check.matches(
        refused.stderr,
        /Key was rejected|Operation not permitted|Required key/,
        'insmod',
      );
    });
  },
});
