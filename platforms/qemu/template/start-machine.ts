/**
 * Decides how a machine comes up: from a template where its suite allows and image and host can, or
 * from its firmware, with the reason where a fork was wanted.
 */

import { HarnessError, toError } from '../../../harness/base/errors.js';
import { hasKey } from '../../../harness/model/topology.js';
import { withOwnHostKey } from '../../guest/keys.js';
import { type BootContext, type BootedMachine, bootMachine } from '../boot-machine.js';
import { writeHandLine } from '../machine-files.js';
import type { MachinePlan } from '../machine-plan.js';
import { Forking, isOurs, type StartContext } from './forking.js';

/** Throws what a boot throws; trouble with templates ends in a cold boot that says so. */
export async function startMachine(
  plan: MachinePlan,
  shared: StartContext,
): Promise<BootedMachine> {
  await writeHandLine(plan);
  const context = plan.request.identity === 'own' ? withOwnIdentity(shared) : shared;
  const { templates } = context;
  if (context.start === 'cold' || !templates) return await bootMachine(plan, context);
  const obstacle = whyNot(plan, context);
  if (obstacle !== undefined) return await bootCold(plan, context, obstacle);
  const fork = new Forking(plan, context, templates);
  for (let left = 2; ; left -= 1) {
    try {
      return await fork.attempt();
    } catch (error) {
      if (!isOurs(error, context)) throw error;
      const why = toError(error).message;
      if (isCode(error, 'NO_FREEZE_POINT')) templates.unholdable.set(imageOf(context), why);
      else if (left > 1 && !isCode(error, 'TEMPLATE_BUSY')) continue;
      return await bootCold(plan, context, why);
    }
  }
}

function imageOf({ request }: StartContext): string {
  return request.image.descriptor.disk.sha256;
}

/**
 * Two of them are final: what an image's console does not show once, it never shows, and who has waited
 * for another to make a template has waited long enough.
 */
function isCode(error: unknown, code: 'NO_FREEZE_POINT' | 'TEMPLATE_BUSY'): boolean {
  return error instanceof HarnessError && error.code === code;
}

/** What makes a machine itself is made at its first boot, which it must have had alone. */
function withOwnIdentity(context: StartContext): StartContext {
  const start = context.start === 'fork' ? 'first-boot' : context.start;
  return { ...context, start, keys: withOwnHostKey(context.keys) };
}

function whyNot({ request }: MachinePlan, context: StartContext): string | undefined {
  const { start, templates } = context;
  if (start === 'fork' && !hasKey(request.provisioning)) return 'a machine without a key';
  if (start === 'fork') return undefined;
  return templates?.unholdable.get(imageOf(context));
}

async function bootCold(
  plan: MachinePlan,
  context: BootContext,
  fallback: string,
): Promise<BootedMachine> {
  const { machine, boot } = await bootMachine(plan, context);
  return { machine, boot: { ...boot, fallback } };
}
