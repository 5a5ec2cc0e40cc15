/** The network of a cluster's machines, whose NICs connect to it as they start. */

import { resolve } from 'node:path';
import { type InfrastructureError, toFailure } from '../../harness/base/errors.js';
import type { Station } from '../../harness/model/network.js';
import type { ClusterRequest } from '../../harness/model/platform.js';
import { planNetwork } from '../network/plan-network.js';
import { ThreadedNetwork } from '../network/threaded-network.js';
import { servedExtras } from './plan-services.js';
import type { QemuMachine } from './qemu-machine.js';

/** Where it is made, and whose cables it pulls. */
export interface ClusterNetworkOptions {
  /** Existing and short: it holds sockets. */
  readonly directory: string;
  readonly slowness: number;
  readonly signal: AbortSignal;
  /** Those that are up by then. */
  readonly machines: () => readonly QemuMachine[];
}

/** Undefined for machines that share no segment. Throws what {@link ThreadedNetwork.open} throws. */
export async function openClusterNetwork(
  { topology, artifactDirectory, image, seed = 0, onEvent, onNetworkEvent }: ClusterRequest,
  { directory, slowness, signal, machines }: ClusterNetworkOptions,
): Promise<ThreadedNetwork | undefined> {
  const plan = planNetwork(topology);
  if (plan.segments.length === 0) return undefined;
  const captureDirectory = resolve(artifactDirectory);
  const files = { directory, captureDirectory, extras: servedExtras(topology, image) };
  const onFailed = (cause: InfrastructureError) => {
    onEvent({ kind: 'exited', machine: 'network', failure: toFailure(cause, 'host') });
  };
  const onCarrier = async (station: Station, isUp: boolean) => {
    const own = plan.stations.filter(({ machine }) => machine === station.machine);
    const n = own.findIndex(({ segment }) => segment === station.segment);
    await machines()
      .find(({ name }) => name === station.machine)
      ?.setCarrier(n, isUp);
  };
  const told = { onFailed, onEvent: onNetworkEvent, onCarrier };
  return await ThreadedNetwork.open({ plan, seed, ...files, slowness, signal, ...told });
}
