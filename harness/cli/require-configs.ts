/**
 * The configs and networks of suites, before anything is created for them: what Ignition or QEMU would
 * refuse is bad input, not a machine that does not boot.
 */

import { fragmentOf } from '../../platforms/butane/provisioning.js';
import { buildConfig } from '../../platforms/ignition/build-config.js';
import { fillAddresses, fillProvisioning } from '../../platforms/network/fill-addresses.js';
import { type NetworkPlan, planNetwork } from '../../platforms/network/plan-network.js';
import { requireOwnPlace } from '../../platforms/qemu/served-config.js';
import { HarnessError, toError, UsageError } from '../base/errors.js';
import type { Suite } from '../model/suite.js';
import type { Provisioning, Topology } from '../model/topology.js';

/**
 * Throws BAD_IGNITION (usage) that names the suite, the role and what is wrong, BAD_NETWORK (usage)
 * that names the suite and what is wrong with its networks, BAD_PLACEHOLDER (usage) that names the
 * suite, where the placeholder stands, and what there is.
 */
export function requireConfigs(suites: readonly Suite[]): void {
  for (const { id, topology } of suites) {
    const file = `suites/${id}.ts`;
    const network = checked(file, 'BAD_NETWORK', () => planNetwork(topology));
    requireMetadata(file, topology, network);
    requireRoles(file, topology, network);
  }
}

/** Every machine of a segment must find what its placeholders name. */
function requireMetadata(file: string, { segments = {} }: Topology, network: NetworkPlan): void {
  for (const { machine, segment } of network.stations) {
    for (const [path, text] of Object.entries(segments[segment]?.metadata ?? {})) {
      const where = `${file}, metadata ${path}`;
      checked(where, 'BAD_NETWORK', () => fillAddresses(text, { ...network, machine }));
    }
  }
}

/** The machines of a role differ in nothing that could be wrong. */
function requireRoles(file: string, { roles }: Topology, network: NetworkPlan): void {
  for (const [name, role] of Object.entries(roles)) {
    const where = `${file}, role ${name}`;
    const machine = `${name}-0`;
    checked(where, 'BAD_IGNITION', () => {
      const provisioning = fillProvisioning(role.provisioning, { ...network, machine });
      requireConfig(provisioning);
      requireOwnPlace({ ...role, provisioning });
    });
  }
}

function requireConfig(provisioning: Provisioning): void {
  if (provisioning.kind === 'none' || provisioning.kind === 'raw') return;
  const { fragment, version } = fragmentOf(provisioning);
  buildConfig({ version, fragments: [fragment] });
}

/** Codes of their own, wherever the mistake stands. */
const kept = ['BAD_PLACEHOLDER', 'SERVICE_TAKEN'];

/** What the work returns; what it throws becomes a mistake in the suite, with its place. */
function checked<T>(where: string, code: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    const own = thrown instanceof HarnessError && kept.includes(thrown.code);
    throw new UsageError(own ? thrown.code : code, `${where}: ${toError(thrown).message}`);
  }
}
