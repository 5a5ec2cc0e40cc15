/**
 * The configs and networks of suites, before anything is created for them: what Ignition would
 * refuse is bad input, not a machine that does not boot.
 */

import { fragmentOf } from '../../platforms/butane/provisioning.js';
import { buildConfig } from '../../platforms/ignition/build-config.js';
import { fillAddresses, fillProvisioning } from '../../platforms/network/fill-addresses.js';
import { type NetworkPlan, planNetwork } from '../../platforms/network/plan-network.js';
import { toError, UsageError } from '../base/errors.js';
import type { Station } from '../model/network.js';
import type { Suite } from '../model/suite.js';
import type { Provisioning, Topology } from '../model/topology.js';

/**
 * Throws BAD_IGNITION (usage) that names the suite, the role and what is wrong, BAD_NETWORK (usage)
 * that names the suite and what is wrong with its segments.
 */
export function requireConfigs(suites: readonly Suite[]): void {
  for (const { id, topology } of suites) {
    const { stations } = networkOf(id, topology);
    requireMetadata(id, topology, stations);
    for (const [role, { provisioning }] of Object.entries(topology.roles)) {
      const machine = `${role}-0`;
      const problem = problemOf(() => fillProvisioning(provisioning, { machine, stations }));
      if (problem === undefined) continue;
      throw new UsageError('BAD_IGNITION', `suites/${id}.ts, role ${role}: ${problem}`);
    }
  }
}

/** Every machine of a segment must find what its placeholders name. */
function requireMetadata(id: string, { segments = {} }: Topology, stations: readonly Station[]) {
  for (const { machine, segment } of stations) {
    for (const [path, text] of Object.entries(segments[segment]?.metadata ?? {})) {
      const problem = problemOf(() => ({
        kind: 'raw',
        config: fillAddresses(text, { machine, stations }),
      }));
      if (problem === undefined) continue;
      throw new UsageError('BAD_NETWORK', `suites/${id}.ts, metadata ${path}: ${problem}`);
    }
  }
}

function networkOf(id: string, topology: Topology): NetworkPlan {
  try {
    return planNetwork(topology);
  } catch (thrown) {
    throw new UsageError('BAD_NETWORK', `suites/${id}.ts: ${toError(thrown).message}`);
  }
}

function problemOf(fill: () => Provisioning): string | undefined {
  try {
    const provisioning = fill();
    if (provisioning.kind === 'none' || provisioning.kind === 'raw') return undefined;
    const { fragment, version } = fragmentOf(provisioning);
    buildConfig({ version, fragments: [fragment] });
    return undefined;
  } catch (thrown) {
    return toError(thrown).message;
  }
}
