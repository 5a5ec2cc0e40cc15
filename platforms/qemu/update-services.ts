/**
 * Gives a machine the update servers that its topology names: one for its whole life, whatever
 * processes it has.
 */

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UpdateService } from '../services/omaha/update-service.js';
import type { MachinePlan } from './machine-plan.js';
import type { NetworkSpec, ServiceSpec } from './machine-spec.js';

/** For waiting at the servers. */
export interface UpdateContext {
  readonly slowness: number;
  /** The attempt's. */
  readonly signal: AbortSignal;
}

/** The plan with its servers; each message is kept in `updates.jsonl` beside the console. */
export async function withUpdateServices(
  plan: MachinePlan,
  context: UpdateContext,
): Promise<MachinePlan> {
  const { spec, name: machine, artifactDirectory } = plan;
  if (!serviceSpecs(plan).some(({ request }) => request.kind === 'omaha')) return plan;
  // With its XML it is a good part of all code, and few machines are updated.
  const { UpdateService } = await import('../services/omaha/update-service.js');
  const file = join(artifactDirectory, 'updates.jsonl');
  const serve = (service: ServiceSpec): ServiceSpec => {
    if (service.request.kind !== 'omaha') return service;
    const { address, port, channels } = service.request;
    const onMessage = (message: unknown) => appendFileSync(file, `${JSON.stringify(message)}\n`);
    const place = { machine, address, port, ...(channels && { channels }) };
    const updates = new UpdateService({ ...place, ...context, onMessage });
    return { ...service, updates };
  };
  const networks = spec.networks.map((network): NetworkSpec => {
    return network.services ? { ...network, services: network.services.map(serve) } : network;
  });
  return { ...plan, spec: { ...spec, networks } };
}

/** The servers of a plan. */
export function updateServicesOf(plan: MachinePlan): readonly UpdateService[] {
  return serviceSpecs(plan).flatMap(({ updates }) => updates ?? []);
}

function serviceSpecs({ spec }: MachinePlan): readonly ServiceSpec[] {
  return spec.networks.flatMap(({ services = [] }) => services);
}
