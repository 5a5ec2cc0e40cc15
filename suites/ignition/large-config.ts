/**
 * A config that is larger than what a machine is usually handed: the harness serves it, Ignition
 * replaces what it was given by it.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

/** One MiB that no compressor makes small, the same in every run (a linear congruence). */
function noise(bytes: number): string {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return 33 + ((state >>> 16) % 94);
  };
  return Buffer.from(new Uint8Array(bytes).map(next)).toString('latin1');
}

const contents = noise(1_048_576);

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /var/lib/noise
      mode: 0640
      contents: {local: noise}
`;

export default defineSuite({
  id: 'ignition/large-config',
  summary: 'A file of one MiB in the config arrives whole.',
  claims: ['I06'],
  tags: ['ignition', 'butane'],
  topology: singleMachine({
    provisioning: { kind: 'butane', config, files: { noise: contents } },
  }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await step('Ignition fetched the config, which is too large for fw_cfg', async () => {
      const journal = await main.journal({ identifier: 'ignition' });
      const got = journal.filter(({ message }) => /GET http:.*\/config\.ign/.test(message));
      check.ok(got.length > 0, 'Ignition asked a server for its config', 'it did not');
    });
    await step('the file has its size and its bytes', async () => {
      const facts = await main.output(['stat', '-c', '%s %a %u:%g', '/var/lib/noise']);
      const expected = `${contents.length} 640 0:0`;
      check.equal(facts, expected, 'size, mode and owner of /var/lib/noise');
      await main.writeFile('/var/lib/expected', contents);
      const compare = ['cmp', '/var/lib/noise', '/var/lib/expected'] as const;
      const same = await main.exec(compare, { sudo: true });
      check.succeeds(same, 'comparing the file with what the config has');
    });
  },
});
