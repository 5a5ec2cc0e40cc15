/**
 * The configs of suites, before anything is created for them: what Ignition would refuse is bad
 * input, not a machine that does not boot.
 */

import { fragmentOf } from '../../platforms/butane/provisioning.js';
import { buildConfig } from '../../platforms/ignition/build-config.js';
import { toError, UsageError } from '../base/errors.js';
import type { Suite } from '../model/suite.js';
import type { Provisioning } from '../model/topology.js';

/** Throws BAD_IGNITION (usage) that names the suite, the role and what is wrong. */
export function requireConfigs(suites: readonly Suite[]): void {
  for (const { id, topology } of suites) {
    for (const [role, { provisioning }] of Object.entries(topology.roles)) {
      const problem = problemOf(provisioning);
      if (problem === undefined) continue;
      throw new UsageError('BAD_IGNITION', `suites/${id}.ts, role ${role}: ${problem}`);
    }
  }
}

function problemOf(provisioning: Provisioning): string | undefined {
  if (provisioning.kind === 'none' || provisioning.kind === 'raw') return undefined;
  try {
    const { fragment, version } = fragmentOf(provisioning);
    buildConfig({ version, fragments: [fragment] });
    return undefined;
  } catch (thrown) {
    return toError(thrown).message;
  }
}
