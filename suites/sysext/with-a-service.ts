/**
 * An extension that brings a service.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { singleMachine } from '../../harness/model/topology.js';
import { check } from '../support/check.js';
import { makeExtension } from '../support/extensions.js';
import { settled } from '../support/running.js';

export default defineSuite({
  id: 'sysext/with-a-service',
  summary: 'An extension whose service is upheld has it running as soon as it is merged.',
  claims: ['X09'],
  tags: ['sysext'],
  applies: { needs: ['sysext'] },
  topology: singleMachine(),
  expects: [
    { pattern: 'unit-failed', reason: 'the suite kills the service' },
    { pattern: 'unit-result', reason: 'the suite kills the service' },
  ],
  async run(context) {
    const machine = context.machine();
    await settled(machine);
    const unit = `[Unit]
Description=A service that came with an extension

[Service]
ExecStart=/usr/bin/sleep infinity
`;
    const upholds = '[Unit]\nUpholds=guest.service\n';
    await makeExtension(machine, 'guest', {
      files: {
        'lib/systemd/system/guest.service': unit,
        'lib/systemd/system/multi-user.target.d/10-guest.conf': upholds,
      },
      reload: true,
    });
    await context.step('merged, it runs', async () => {
      await machine.output(['systemctl', 'restart', 'systemd-sysext'], { sudo: true });
      await machine.waitForUnit('guest.service', 'active');
    });
    await context.step('killed, it runs again', async () => {
      const before = await machine.output(['systemctl', 'show', '-P', 'MainPID', 'guest']);
      await machine.output(['systemctl', 'kill', '-s', 'KILL', 'guest'], { sudo: true });
      const back = `until p=$(systemctl show -P MainPID guest) && [ "$p" != 0 ] && [ "$p" != ${before} ]; do sleep 0.3; done`;
      check.succeeds(await machine.sh(back, { timeoutMs: 60_000 }), 'waiting for the service');
    });
  },
});
