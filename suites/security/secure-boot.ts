/**
 * Under Secure Boot the kernel is locked down and loads signed modules only.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'security/secure-boot',
  summary: 'The kernel is locked down for integrity, and refuses an unsigned module.',
  claims: ['Z18', 'Z19'],
  tags: ['security', 'uefi', 'kernel'],
  applies: { needs: ['uefi', 'secure-boot'] },
  topology: singleMachine({ firmware: 'uefi' }),
  start: 'cold',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
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
