/**
 * A config on the OEM partition of a machine that is given none: nobody but its console can be used.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { ask, consoleNeeds, shellPrompt } from '../support/console.js';
import { rebootLimits } from '../support/running.js';

/** Short, as it is typed. */
const config = JSON.stringify({
  ignition: { version: '3.3.0' },
  storage: { files: [{ path: '/etc/marker', contents: { source: 'data:,from-the-oem' } }] },
});

export default defineSuite({
  id: 'ignition/oem-config',
  summary: 'Without a config in fw_cfg a first boot applies /oem/config.ign.',
  claims: ['I41'],
  tags: ['ignition', 'oem', 'console', 'reboot'],
  applies: { needs: consoleNeeds },
  topology: singleMachine({
    provisioning: { kind: 'none' },
    ready: { kind: 'console', pattern: shellPrompt },
  }),
  start: 'cold',
  limits: rebootLimits,
  async run({ machine, step }) {
    const { console } = machine();
    await step('the machine was given no config', async () => {
      const state = await ask(console, 'before', 'systemctl is-system-running --wait');
      check.equal(state, 'running', 'state of the system');
      const list = `sudo modprobe qemu_fw_cfg; ls -R /sys/firmware/qemu_fw_cfg/by_name | tr '\\n' ' '`;
      const given = await ask(console, 'given', list);
      check.includes(given, 'etc', 'what QEMU hands over');
      check.excludes(given, 'config', 'what QEMU hands over');
    });
    await step('a config is written to the OEM partition', async () => {
      // In one line: what is typed while sudo runs is lost to it.
      const write = `echo '${config}' | sudo tee /oem/config.ign; sudo touch /boot/flatcar/first_boot`;
      const written = await ask(console, 'written', write);
      check.equal(written, config, '/oem/config.ign');
    });
    await step('the next boot is a first one and applies it', async () => {
      const from = console.lines().length;
      await console.send('sudo systemctl reboot\n');
      await console.waitFor(/Linux version \d/, { timeoutMs: 240_000, from });
      const booted = console.lines().length;
      await console.waitFor(shellPrompt, { timeoutMs: 300_000, from: booted });
      const marker = await ask(console, 'marker', 'cat /etc/marker || echo nothing');
      check.equal(marker, 'from-the-oem', '/etc/marker');
      const state = await ask(console, 'after', 'systemctl is-system-running --wait');
      check.equal(state, 'running', 'state of the system');
    });
  },
});
