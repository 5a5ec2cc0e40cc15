/**
 * Units of a config: enabled, left alone, masked, and instances of a template.
 */

import type { IgnitionFragment } from '../../harness/model/ignition.js';
import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { unit } from '../support/provision.js';
import { settled } from '../support/running.js';

function oneshot(path: string): string {
  return `[Unit]
Description=Leaves a mark at ${path}
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/bin/touch ${path}
[Install]
WantedBy=multi-user.target
`;
}

const enabled = unit('harbour-open.service', oneshot('/run/harbour-open'));
const untouched = { name: 'harbour-idle.service', contents: oneshot('/run/harbour-idle') };
const masked = { name: 'systemd-timesyncd.service', mask: true };

const template = { name: 'harbour-berth@.service', contents: oneshot('/run/harbour-berth-%i') };
const instances = ['seven', 'eight'].map((name) => {
  return { name: `harbour-berth@${name}.service`, enabled: true };
});

const config: IgnitionFragment = {
  systemd: { units: [enabled, untouched, masked, template, ...instances] },
};

export default defineSuite({
  id: 'ignition/units',
  summary: 'Units of the config start when enabled, stay off by default, and cannot when masked.',
  claims: ['I21', 'I22', 'I57', 'D04'],
  tags: ['ignition', 'systemd'],
  topology: singleMachine({ provisioning: { kind: 'ignition', config } }),
  start: 'first-boot',
  async run(context) {
    const machine = context.machine();
    const stateOf = async (name: string) => {
      const { unitFileState, activeState } = await machine.unit(name);
      return `${unitFileState}, ${activeState}`;
    };
    await settled(machine);
    await context.step('the enabled unit has run', async () => {
      check.equal(await stateOf(enabled.name), 'enabled, active', enabled.name);
      check.succeeds(await machine.exec(['test', '-e', '/run/harbour-open']), 'its mark');
    });
    await context.step('a unit that is not enabled has not', async () => {
      check.equal(await stateOf(untouched.name), 'disabled, inactive', untouched.name);
      check.fails(await machine.exec(['test', '-e', '/run/harbour-idle']), 'its mark');
    });
    await context.step(
      'of a template the instances that are enabled have run, and no other',
      async () => {
        for (const { name } of instances) {
          check.equal(await stateOf(name), 'enabled, active', name);
        }
        const marks = await machine.sh('cd /run; echo harbour-berth-*');
        check.equal(marks.stdout.trim(), 'harbour-berth-eight harbour-berth-seven', 'their marks');
      },
    );
    await context.step('the masked unit is off and cannot be started', async () => {
      check.equal(await stateOf(masked.name), 'masked, inactive', masked.name);
      const start = await machine.exec(['systemctl', 'start', masked.name], { sudo: true });
      check.fails(start, `systemctl start ${masked.name}`);
    });
  },
});
