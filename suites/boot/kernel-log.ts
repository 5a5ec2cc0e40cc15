/**
 * What the kernel complains of at boot.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

/** Complaints about virtual hardware, with the reason why nothing is wrong. */
const harmless: readonly { readonly line: RegExp; readonly reason: string }[] = [
  { line: /ACPI BIOS Error|ACPI Error/, reason: 'tables of the firmware' },
  { line: /cpufreq|intel_pstate|EDAC|MCE/, reason: 'a virtual processor has none of it' },
];

export default defineSuite({
  id: 'boot/kernel-log',
  summary: 'The kernel log has no line of level error or worse that is not known to be harmless.',
  claims: ['B04'],
  tags: ['boot', 'kernel'],
  topology: singleMachine(),
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('the kernel has no complaints', async () => {
      const log = await main.output(['dmesg', '-l', 'emerg,alert,crit,err'], { sudo: true });
      const lines = log.split('\n').filter((line) => line !== '');
      const complaints = lines.filter((line) => !harmless.some((known) => known.line.test(line)));
      check.equal(complaints, [], 'complaints of the kernel');
    });
  },
});
