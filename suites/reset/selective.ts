/**
 * A selective reset: everything goes but what is kept, and the first boot happens again.
 */

import type { Machine } from '../../harness/model/machine.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { checkRunning, rebootLimits, settled } from '../support/running.js';

const config = `variant: flatcar
version: 1.0.0
storage:
  files:
    - path: /etc/made-by-ignition
      overwrite: true
      contents: {inline: "made\\n"}
`;

/** A key that the machine makes itself: the one that it is known by comes with its config. */
const hostKey = '/etc/ssh/ssh_host_ecdsa_key.pub';

async function exists(machine: Machine, path: string): Promise<boolean> {
  return (await machine.exec(['test', '-e', path], { sudo: true })).status === 0;
}

export default defineSuite({
  id: 'reset/selective',
  summary:
    'After flatcar-reset the kept paths and the machine id are there, the rest is made anew.',
  claims: ['T02', 'T03'],
  tags: ['reset', 'ignition', 'butane', 'reboot'],
  applies: { needs: ['flatcar-reset'] },
  topology: singleMachine({ provisioning: { kind: 'butane', config } }),
  start: 'first-boot',
  limits: rebootLimits,
  async run({ machine, step }) {
    const main = machine();
    await settled(main);
    const id = await main.readFile('/etc/machine-id');
    const key = await main.readFile(hostKey);
    await step('there is something to keep and something to lose', async () => {
      const script = `mkdir -p /var/kept/deep /var/lost
        echo kept > /var/kept/deep/file
        echo lost > /var/lost/file
        echo changed > /etc/made-by-ignition
        echo by hand > /etc/by-hand`;
      check.succeeds(await main.sh(script, { sudo: true }), 'writing files');
    });
    await step('a reset that keeps a path, the keys and the machine id', async () => {
      const keep = ['--keep-paths', '/var/kept', '/etc/ssh/ssh_host_.*'] as const;
      const argv = ['flatcar-reset', '--keep-machine-id', '--stage-only', ...keep] as const;
      const said = await main.output(argv, { sudo: true });
      check.includes(said, 'Staged OS reset', 'output of flatcar-reset');
      await main.reboot();
      await checkRunning(main);
    });
    await step('what is kept is there', async () => {
      check.equal(await main.readFile('/var/kept/deep/file'), 'kept\n', 'the kept file');
      check.equal(await main.readFile('/etc/machine-id'), id, 'machine id');
      check.equal(await main.readFile(hostKey), key, hostKey);
    });
    await step('the rest is gone or made anew', async () => {
      check.ok(!(await exists(main, '/var/lost/file')), '/var/lost/file is gone', 'it is there');
      check.ok(!(await exists(main, '/etc/by-hand')), '/etc/by-hand is gone', 'it is there');
      const made = await main.readFile('/etc/made-by-ignition');
      check.equal(made, 'made\n', '/etc/made-by-ignition');
    });
    await step(
      'a second one without id and key, which reboots by itself, makes new ones',
      async () => {
        const keep = ['--keep-paths', '/etc/ssh/ssh_host_ed25519_key.*'] as const;
        await main.reboot({ request: ['flatcar-reset', ...keep] });
        await checkRunning(main);
        check.differs(await main.readFile('/etc/machine-id'), id, 'machine id');
        check.differs(await main.readFile(hostKey), key, hostKey);
        check.ok(!(await exists(main, '/var/kept')), '/var/kept is gone', 'it is there');
      },
    );
  },
});
