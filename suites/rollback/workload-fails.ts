/**
 * The user has a say in whether a boot is healthy.
 */

import { defineSuite } from '../../harness/model/suite.js';
import { unit } from '../support/provision.js';
import { returnsByItself, rollBackLimits } from '../support/roll-back.js';
import { healthCheckNeeds, updatable, updateNeeds } from '../support/updates.js';

const reason = 'the workload is broken by the new release on purpose';

/** A workload that can't live with the release, and that says so to whoever decides about the boot. */
const workload = unit(
  'workload.service',
  `[Unit]
Description=A workload that a healthy boot must have running
Before=boot-complete.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c '! grep -q "^VERSION_ID=.*10000" /usr/lib/os-release'

[Install]
RequiredBy=boot-complete.target
`,
);

export default defineSuite({
  id: 'rollback/workload-fails',
  summary: 'A workload that joined the health check fails on the new release: the machine returns.',
  claims: ['F09'],
  tags: ['update', 'rollback', 'slow'],
  applies: { needs: [...updateNeeds, ...healthCheckNeeds, 'release:next'] },
  topology: updatable({ systemd: { units: [workload] } }),
  limits: rollBackLimits,
  expects: [
    { pattern: 'unit-failed', reason },
    { pattern: 'dependency-failed', reason },
  ],
  async run(context) {
    await returnsByItself(context, { release: context.release('next'), comesUp: true });
  },
});
