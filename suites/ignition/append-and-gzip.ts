/**
 * Files that are put together from pieces, and files that travel compressed.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

/** Repetition makes the translator choose gzip. */
const long = `${Array.from({ length: 200 }, (_, line) => `line ${line} of a long file`).join('\n')}\n`;

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/pieces
      contents: {inline: "base\\n"}
      append:
        - inline: "first\\n"
        - local: second
    - path: /etc/hosts
      append:
        - inline: "10.0.0.9 harbour\\n"
    - path: /etc/long
      contents: {local: long}
`;

export default defineSuite({
  id: 'ignition/append-and-gzip',
  summary: 'Pieces are appended in their order, to new files and to shipped ones; gzip is undone.',
  claims: ['I07', 'I08'],
  tags: ['ignition', 'butane'],
  topology: singleMachine({
    provisioning: { kind: 'butane', config, files: { second: 'second\n', long } },
  }),
  start: 'first-boot',
  async run({ machine, step }) {
    const main = machine();
    await step('pieces are in their order', async () => {
      check.equal(await main.readFile('/etc/pieces'), 'base\nfirst\nsecond\n', '/etc/pieces');
    });
    await step('a shipped file keeps what it had', async () => {
      const hosts = await main.readFile('/etc/hosts');
      check.includes(hosts, '127.0.0.1', '/etc/hosts');
      check.ok(hosts.endsWith('10.0.0.9 harbour\n'), '/etc/hosts ends with the piece', hosts);
    });
    await step('what travelled compressed is whole', async () => {
      check.equal(await main.readFile('/etc/long'), long, '/etc/long');
    });
  },
});
