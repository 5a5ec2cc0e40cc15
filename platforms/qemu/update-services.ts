/**
 * Gives a machine the update servers that its topology names: one for its whole life, whatever
 * processes it has.
 */

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { toFailure } from '../../harness/base/errors.js';
import type { Failure } from '../../harness/model/outcome.js';
import type { UpdateService } from '../services/omaha/update-service.js';
import { hostError } from './host-error.js';
import type { MachinePlan } from './machine-plan.js';
import type { NetworkSpec, ServiceSpec } from './machine-spec.js';

/** For waiting at the servers. */
export interface UpdateContext {
  readonly slowness: number;
  /** The attempt's. */
  readonly signal: AbortSignal;
  /** Told once, when the host does not take what was said. The machine is answered all the same. */
  readonly onFailed: (failure: Failure) => void;
}

/** The plan with its servers; each message is kept in `updates.jsonl` beside the console. */
export async function withUpdateServices(
  plan: MachinePlan,
  { onFailed, ...context }: UpdateContext,
): Promise<MachinePlan> {
  const { spec, name: machine, artifactDirectory } = plan;
  if (!serviceSpecs(plan).some(({ request }) => request.kind === 'omaha')) return plan;
  // With its XML it is a good part of all code, and few machines are updated.
  const { UpdateService } = await import('../services/omaha/update-service.js');
  const onMessage = writer(join(artifactDirectory, 'updates.jsonl'), onFailed);
  const serve = (service: ServiceSpec): ServiceSpec => {
    if (service.request.kind !== 'omaha') return service;
    const { address, port, channels } = service.request;
    const place = { machine, address, port, ...(channels && { channels }) };
    const updates = new UpdateService({ ...place, ...context, onMessage });
    return { ...service, updates };
  };
  const networks = spec.networks.map((network): NetworkSpec => {
    return network.services ? { ...network, services: network.services.map(serve) } : network;
  });
  return { ...plan, spec: { ...spec, networks } };
}

/** Appends lines of JSON, up to the first that the host refuses. */
function writer(file: string, onFailed: UpdateContext['onFailed']): (message: unknown) => void {
  let hasFailed = false;
  return (message) => {
    if (hasFailed) return;
    try {
      appendFileSync(file, `${JSON.stringify(message)}\n`);
    } catch (thrown) {
      hasFailed = true;
      onFailed(toFailure(hostError(thrown), 'host'));
    }
  };
}

/** The servers of a plan. */
export function updateServicesOf(plan: MachinePlan): readonly UpdateService[] {
  return serviceSpecs(plan).flatMap(({ updates }) => updates ?? []);
}

function serviceSpecs({ spec }: MachinePlan): readonly ServiceSpec[] {
  return spec.networks.flatMap(({ services = [] }) => services);
}
