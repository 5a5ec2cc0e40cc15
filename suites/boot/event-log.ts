/**
 * What the firmware and the boot loader measured into the TPM is there to be read.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { settled } from '../support/running.js';

const log = '/sys/kernel/security/tpm0/binary_bios_measurements';

/** Under `sha256:` of the section `pcrs:` that `tpm2_eventlog` ends with, and of `tpm2_pcrread`. */
function registers(text: string): readonly string[] {
  const section = text.slice(text.lastIndexOf('sha256:'));
  return [...section.matchAll(/^\s+([0-7])\s*:\s*0x([0-9A-Fa-f]{64})$/gm)].map(
    ([, number, digest]) => `${number} ${digest?.toLowerCase()}`,
  );
}

export default defineSuite({
  id: 'boot/event-log',
  summary: 'The event log of a measured boot can be read, and leads to the registers of the TPM.',
  claims: ['P06'],
  tags: ['boot', 'uefi', 'tpm'],
  applies: { needs: ['uefi'] },
  topology: singleMachine({ firmware: 'uefi', tpm: true }),
  start: 'cold',
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const text = await step('it can be read', async () => {
      const events = await main.output(['tpm2_eventlog', log], { sudo: true });
      check.includes(events, 'EV_S_CRTM_VERSION', 'event log');
      return events;
    });
    await step('its digests, one after the other, give what the TPM has', async () => {
      const told = registers(text);
      check.equal(told.length, 8, 'registers 0 to 7 in the event log');
      const list = 'sha256:0,1,2,3,4,5,6,7';
      const seen = await main.output(['tpm2_pcrread', list], { sudo: true });
      check.equal(registers(seen), told, 'registers 0 to 7');
    });
  },
});
