/**
 * Machines that booted where a fork was asked for, since the host makes none or a boot is to be held
 * against it: brought to where forks begin. A suite must not see more of a boot on one host than on
 * another.
 */

import type { Cluster } from '../model/platform.js';
import { hasKey, type Topology } from '../model/topology.js';

/** As long as the making of a template waits for the same, on a host of speed 1. */
const timeoutMs = 120_000;

/**
 * Waits until each of them has done the jobs of its boot; what it came to is the suite's to say.
 * Machines with an identity of their own are never forks of one at rest. Throws what a command throws.
 */
export async function awaitRest({ machines, boots }: Cluster, topology: Topology): Promise<void> {
  const cold = new Set(boots.filter(({ start }) => start === 'cold').map(({ machine }) => machine));
  const stands = machines.filter(({ name, role }) => {
    const shape = topology.roles[role];
    const asked = shape && shape.ready.kind === 'ssh' && hasKey(shape.provisioning);
    return asked && shape.identity === 'shared' && cold.has(name);
  });
  const argv = ['systemctl', 'is-system-running', '--wait'] as const;
  await Promise.all(stands.map(async (machine) => await machine.exec(argv, { timeoutMs })));
}
