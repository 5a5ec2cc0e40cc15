/**
 * Configs of the second specification, which Flatcar's Ignition translates.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';

const config = JSON.stringify({
  ignition: { version: '2.3.0' },
  storage: {
    files: [
      {
        filesystem: 'root',
        path: '/etc/issue.d/00-second.issue',
        mode: 420,
        contents: { source: 'data:,translated%20config%0A' },
      },
    ],
  },
});

export default defineSuite({
  id: 'ignition/specification-2',
  summary: 'A config of version 2.3.0 is translated and applied.',
  claims: ['I38'],
  tags: ['ignition', 'console'],
  applies: { needs: ['ignition-2', 'console'] },
  topology: singleMachine({
    provisioning: { kind: 'raw', config },
    ready: { kind: 'console', pattern: /login:/ },
  }),
  start: 'first-boot',
  async run({ machine, step }) {
    await step('the file of the config is shown before the login prompt', async () => {
      await machine().console.waitFor(/translated config/, { timeoutMs: 60_000 });
      const failed = machine()
        .console.lines()
        .some((line) => /Ignition has failed/.test(line));
      check.ok(!failed, 'Ignition did not fail', 'it did');
    });
  },
});
