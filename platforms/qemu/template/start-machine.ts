/**
 * Decides how a machine comes up: from a template where its suite allows and image and host can, or
 * from its firmware, with the reason where a fork was wanted.
 */

import type { LimitFunction } from 'p-limit';
import { HarnessError, toError } from '../../../harness/base/errors.js';
import type { StartMode } from '../../../harness/model/suite.js';
import { hasKey } from '../../../harness/model/topology.js';
import { placeholderKeys, withOwnHostKey } from '../../guest/keys.js';
import { type BootContext, type BootedMachine, bootMachine } from '../boot-machine.js';
import { hostError } from '../host-error.js';
import { configText, effectiveConfig, writeHandLine } from '../machine-files.js';
import type { MachinePlan } from '../machine-plan.js';
import type { SpawnedVm } from '../vm-core.js';
import { buildHeld, buildSettled, type TemplateOrder } from './build-template.js';
import { forkHeld, forkSettled } from './fork-machine.js';
import type { Template, TemplateKind } from './template.js';
import { templateKey } from './template-key.js';
import type { TemplateStore } from './template-store.js';

/** The capability of an image that announces on the port `org.switchyard.hold`. */
const holdCapability = 'hold-before-ignition';

/** What the platform brings. Without a store every machine boots cold. */
export interface StartContext extends BootContext {
  readonly start: StartMode;
  readonly qemuVersion: string;
  /** Model of the host's processor. */
  readonly hostCpu: string;
  readonly templates: TemplateStore | undefined;
  /** Runs so many builds of templates at once as the host has room for; the others wait. */
  readonly buildTurn: LimitFunction;
}

interface Obtained {
  readonly template: Template;
  /** Made just now, for this machine. */
  readonly made: boolean;
}

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
      if (isUnholdable(error)) templates.unholdable.set(imageOf(context), why);
      else if (left > 1) continue;
      return await bootCold(plan, context, why);
    }
  }
}

function imageOf({ request }: StartContext): string {
  return request.image.descriptor.disk.sha256;
}

/** What the image's console does not show once, it never shows. */
function isUnholdable(error: unknown): boolean {
  return error instanceof HarnessError && error.code === 'NO_FREEZE_POINT';
}

/** What makes a machine itself is made at its first boot, which it must have had alone. */
function withOwnIdentity(context: StartContext): StartContext {
  const start = context.start === 'fork' ? 'first-boot' : context.start;
  return { ...context, start, keys: withOwnHostKey(context.keys) };
}

/** A host that lets us down is no reason to give up; an image that does, or an end, is. */
function isOurs(error: unknown, { bootSignal }: BootContext): boolean {
  return !bootSignal.aborted && error instanceof HarnessError && error.kind === 'infrastructure';
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

class Forking {
  readonly #plan: MachinePlan;
  readonly #context: StartContext;
  readonly #store: TemplateStore;
  readonly #spawned: SpawnedVm[] = [];

  constructor(plan: MachinePlan, context: StartContext, store: TemplateStore) {
    const { capabilities } = context.request.image.descriptor;
    this.#plan = capabilities.includes(holdCapability) ? withHold(plan) : plan;
    const onSpawn = (spawned: SpawnedVm) => {
      this.#spawned.push(spawned);
      context.onSpawn(spawned);
    };
    this.#context = { ...context, onSpawn };
    this.#store = store;
  }

  /** Another try needs the files and sockets of this one, so what this one started ends with it. */
  async attempt(): Promise<BootedMachine> {
    try {
      return await this.#fork();
    } catch (thrown) {
      const error = hostError(this.#store.explain(thrown));
      if (isOurs(error, this.#context)) await this.#stopAll();
      throw error;
    }
  }

  /** A template that proves bad is thrown away, so that another attempt makes it anew. */
  async #fork(): Promise<BootedMachine> {
    const held = this.#context.start === 'first-boot';
    const { template, made } = held ? await this.#held() : await this.#settled();
    const plan = this.#planOf(template.meta.kind);
    const order = { template, plan, context: this.#context, witnessed: made };
    try {
      return await (held ? forkHeld(order) : forkSettled(order));
    } catch (error) {
      if (isOurs(error, this.#context))
        await this.#store.discard(template, this.#context.bootSignal);
      throw error;
    }
  }

  /** What does not end here, the teardown of the cluster finds again. */
  async #stopAll(): Promise<void> {
    const { request, slowness } = this.#context;
    const limitMs = request.limits.teardownMs * slowness;
    await Promise.allSettled(this.#spawned.splice(0).map(({ stop }) => stop(limitMs)));
  }

  #planOf(kind: TemplateKind): MachinePlan {
    return kind === 'settled' ? withCalls(this.#plan) : this.#plan;
  }

  async #settled(): Promise<Obtained> {
    return await this.#obtain('settled', async (order) => {
      if (!this.#plan.spec.holdSocket) return await this.#inTurn(() => buildSettled(order));
      const { template, made } = await this.#held();
      const base = { template, witnessed: made };
      return await this.#inTurn(() => buildSettled({ ...order, base }));
    });
  }

  async #held(): Promise<Obtained> {
    return await this.#obtain('held', (order) => this.#inTurn(() => buildHeld(order)));
  }

  /** Not around a build that makes another one first: the two would wait for each other. */
  async #inTurn(build: () => Promise<Template>): Promise<Template> {
    const { buildTurn, bootSignal } = this.#context;
    return await buildTurn(async () => {
      bootSignal.throwIfAborted();
      return await build();
    });
  }

  /** One builder per key, on this host; the others wait for what it makes. */
  async #obtain(
    kind: TemplateKind,
    build: (order: TemplateOrder) => Promise<Template>,
  ): Promise<Obtained> {
    const key = this.#key(kind);
    const store = this.#store;
    const { qemuVersion } = this.#context;
    const found = await store.find(key, qemuVersion);
    if (found) return { template: found, made: false };
    await using _lock = await store.lock(key, this.#context.bootSignal);
    const late = await store.findOrClear(key, qemuVersion);
    if (late) return { template: late, made: false };
    const order = { key, plan: this.#planOf(kind), context: this.#context, store, qemuVersion };
    return { template: await build(order), made: true };
  }

  #key(kind: TemplateKind): string {
    const { request, spec } = this.#planOf(kind);
    const { keys, qemuVersion, hostCpu } = this.#context;
    const configBytes = Buffer.byteLength(configText(this.#plan, keys) ?? '');
    const { descriptor: image } = this.#context.request.image;
    const { provisioning } = request;
    // The keys are the template's own.
    const given = effectiveConfig(this.#plan, placeholderKeys) ?? provisioning;
    const config = JSON.stringify(given);
    return templateKey({ kind, image, spec, config, configBytes, qemuVersion, hostCpu });
  }
}

/** No machine can be called before it has a network. */
function withCalls(plan: MachinePlan): MachinePlan {
  const { directory } = plan;
  const callSockets = {
    standby: `${directory}/standby.sock`,
    witness: `${directory}/witness.sock`,
  };
  return { ...plan, spec: { ...plan.spec, callSockets } };
}

function withHold(plan: MachinePlan): MachinePlan {
  return { ...plan, spec: { ...plan.spec, holdSocket: `${plan.directory}/hold.sock` } };
}
