/**
 * A reset that brings a config of its own along.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { file } from '../support/provision.js';
import { checkRunning, rebootLimits, settled } from '../support/running.js';
import { serverAddress } from '../support/test-authority.js';

const kept = ['--keep-paths', '/etc/ssh/ssh_host_.*', '/home/core/.ssh'] as const;

/** Less than the machine was made with: only the marker tells which config it was. */
function config(marker: string): string {
  const files = [file('/etc/marker', marker)];
  return JSON.stringify({ ignition: { version: '3.3.0' }, storage: { files } });
}

async function reset(machine: Machine, ...argv: readonly string[]): Promise<void> {
  await machine.output(['flatcar-reset', '--stage-only', ...kept, ...argv], { sudo: true });
  await machine.reboot();
  await checkRunning(machine);
}

export default defineSuite({
  id: 'reset/new-config',
  summary: 'A reset with a file or a URL provisions anew from that config.',
  claims: ['T04', 'T05'],
  tags: ['reset', 'ignition', 'oem', 'reboot'],
  applies: { needs: ['flatcar-reset'] },
  topology: singleMachine({
    services: [
      {
        kind: 'http',
        address: serverAddress,
        port: 80,
        files: { '/config.ign': config('from the server\n') },
      },
    ],
    provisioning: {
      kind: 'ignition',
      config: { storage: { files: [file('/etc/marker', 'from the beginning\n')] } },
    },
  }),
  start: 'first-boot',
  limits: { ...rebootLimits, runMs: 720_000 },
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    await step('from a file', async () => {
      await main.writeFile('/var/tmp/config.ign', config('from a file\n'));
      await reset(main, '--ignition-file', '/var/tmp/config.ign');
      check.equal(await main.readFile('/etc/marker'), 'from a file\n', '/etc/marker');
      const kept = await main.readFile('/oem/config.ign');
      check.equal(kept, config('from a file\n'), '/oem/config.ign');
    });
    await step('from a URL', async () => {
      await reset(main, '--ignition-url', `http://${serverAddress}/config.ign`);
      check.equal(await main.readFile('/etc/marker'), 'from the server\n', '/etc/marker');
    });
  },
});
