/**
 * Under Secure Boot a kernel file that somebody changed is not started.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { signedDisk, singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const kernel = '/boot/flatcar/vmlinuz-a';

/** One byte, and it is on the disk when this ends. */
const script = `size=$(stat -c %s ${kernel})
at=$((size / 2))
was=$(od -An -tu1 -j$at -N1 ${kernel})
printf "\\\\$(printf %03o $(((was + 1) % 256)))" | dd of=${kernel} bs=1 seek=$at conv=notrunc status=none
sync -f ${kernel}`;

/** What shim makes GRUB say (Debian's and Flatcar's: kern/efi/sb.c, kern/verifiers.c). */
const refusal = /bad shim signature|shim.*verif|prohibited by secure boot/i;

export default defineSuite({
  id: 'security/tampered-kernel',
  summary: 'Secure Boot starts no kernel file of which one byte was changed.',
  claims: ['P05'],
  tags: ['security', 'uefi', 'kernel', 'console', 'reboot'],
  applies: { needs: ['uefi', 'secure-boot', 'console'] },
  topology: singleMachine({ firmware: 'uefi', secureBoot: true, boot: signedDisk }),
  start: 'cold',
  limits: { runMs: 300_000 },
  expects: [
    {
      pattern: 'bootloader-error',
      reason: 'the boot loader refuses the only kernel that there is',
    },
  ],
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('a byte of the kernel file is changed', async () => {
      check.succeeds(await main.sh(script, { sudo: true }), 'changing the kernel file');
    });
    await step('it is refused, and no other is started', async () => {
      const from = main.console.lines().length;
      await main.exec(['systemctl', 'reboot', '--no-block'], { sudo: true });
      await main.console.waitFor(refusal, { timeoutMs: 180_000, from });
      const started = main.console
        .lines()
        .slice(from)
        .filter((line) => /Linux version/.test(line));
      check.equal(started, [], 'kernels that were started');
      // It waits for somebody at its keyboard.
      await main.cutPower();
    });
  },
});
