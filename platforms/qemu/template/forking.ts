/**
 * One machine as a fork: finds its template or makes it, goes on from it, and throws away a template
 * that proves bad. Whether to try again, or to boot cold, is decided elsewhere.
 */

import type { LimitFunction } from 'p-limit';
import { freshDeadline, scaleLimit, withDeadline } from '../../../harness/base/deadline.js';
import { HarnessError, InfrastructureError } from '../../../harness/base/errors.js';
import type { ForkState } from '../../../harness/model/platform.js';
import type { StartMode } from '../../../harness/model/suite.js';
import { placeholderKeys } from '../../guest/keys.js';
import type { BootContext, BootedMachine } from '../boot-machine.js';
import { hostError } from '../host-error.js';
import { configText, effectiveConfig } from '../machine-files.js';
import type { MachinePlan } from '../machine-plan.js';
import type { SpawnedVm } from '../vm-options.js';
import { buildHeld, buildSettled, type TemplateOrder } from './build-template.js';
import { clockPeriod } from './clock-period.js';
import { forkHeld, forkSettled } from './fork-machine.js';
import { linkFiles } from './link-files.js';
import { speaksAgainst } from './speaks-against.js';
import type { Template, TemplateKind } from './template.js';
import { templateKey } from './template-key.js';
import { canHold, withCalls, withHold } from './template-plan.js';
import type { TemplateStore } from './template-store.js';

/** Whoever has the lock of a bad template for longer than this makes it anew. */
const discardMs = 5_000;

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

/** A host that lets us down is no reason to give up; an image that does, or an end, is. */
export function isOurs(error: unknown, { bootSignal }: BootContext): boolean {
  return !bootSignal.aborted && error instanceof HarnessError && error.kind === 'infrastructure';
}

/** Tries of one machine, one after the other. */
export class Forking {
  readonly #plan: MachinePlan;
  readonly #context: StartContext;
  readonly #store: TemplateStore;
  readonly #spawned: SpawnedVm[] = [];

  constructor(plan: MachinePlan, context: StartContext, store: TemplateStore) {
    this.#plan = canHold(context.request.image) ? withHold(plan) : plan;
    const onSpawn = (spawned: SpawnedVm) => {
      this.#spawned.push(spawned);
      context.onSpawn(spawned);
    };
    this.#context = { ...context, onSpawn };
    this.#store = store;
  }

  /**
   * Another try needs the files and sockets of this one, so what this one started ends with it.
   * Throws what a boot throws, and trouble with the template (infrastructure).
   */
  async attempt(): Promise<BootedMachine> {
    try {
      return await this.#fork();
    } catch (thrown) {
      const error = this.#explained(thrown);
      if (isOurs(error, this.#context)) await this.#stopAll();
      throw error;
    }
  }

  async #fork(): Promise<BootedMachine> {
    const held = this.#context.start === 'first-boot';
    const { template, made } = held ? await this.#held() : await this.#settled();
    const plan = this.#planOf(template.meta.kind);
    const { proven: _, ...booted } = await this.#goOnFrom(template, async (own) => {
      const order = { template: own, plan, context: this.#context, witnessed: made };
      return await (held ? forkHeld(order) : forkSettled(order));
    });
    return booted;
  }

  /**
   * By links of the machine's own, which are read through meanwhile. Until both are done the machine has proven
   * nothing, and a failure may be its template's; one that shows nothing of itself stays so. One that proves bad
   * goes, so that it is made anew.
   */
  async #goOnFrom<T extends { readonly proven: boolean }>(
    template: Template,
    work: (own: Template) => Promise<T>,
  ): Promise<T> {
    this.#tell('unproven');
    try {
      const own = await linkFiles(template, this.#context.state);
      const verified = this.#store.verify(own);
      verified.catch(() => undefined);
      const done = await work(own);
      await verified;
      if (done.proven) this.#tell('proven');
      return done;
    } catch (thrown) {
      const error = this.#explained(thrown);
      if (isOurs(error, this.#context)) this.#tell('given-up');
      const { bootSignal } = this.#context;
      const cause = bootSignal.aborted ? bootSignal.reason : error;
      if (speaksAgainst(cause, this.#plan.name)) await this.#discard(template);
      throw error;
    }
  }

  #tell(is: ForkState): void {
    this.#context.request.onEvent({ kind: 'fork', machine: this.#plan.name, is });
  }

  /** What follows does not depend on it: a template that stays is found bad again. */
  async #discard(template: Template): Promise<void> {
    using deadline = freshDeadline(discardMs, () => templateBusy(template.meta.key, discardMs));
    await this.#store.discard(template, deadline.signal).catch(() => undefined);
  }

  #explained(thrown: unknown): unknown {
    return hostError(this.#store.explain(thrown));
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
      const built = await this.#goOnFrom(template, async (own) => {
        const base = { template: own, witnessed: made };
        return { made: await this.#inTurn(() => buildSettled({ ...order, base })), proven: true };
      });
      return built.made;
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
    await using _lock = await this.#lock(key);
    const late = await store.findOrClear(key, qemuVersion);
    if (late) return { template: late, made: false };
    const order = { key, plan: this.#planOf(kind), context: this.#context, store, qemuVersion };
    return { template: await build(order), made: true };
  }

  /** As long as whoever makes the template may take for two boots; who has stopped never gives it. */
  async #lock(key: string): Promise<AsyncDisposable> {
    const { request, slowness, bootSignal } = this.#context;
    const limitMs = scaleLimit(2 * request.limits.bootMs, slowness);
    using deadline = withDeadline(bootSignal, limitMs, () => templateBusy(key, limitMs));
    return await this.#store.lock(key, deadline.signal);
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
    const identity = { kind, image, spec, config, configBytes, qemuVersion, hostCpu };
    return templateKey({ ...identity, period: clockPeriod(kind, spec) });
  }
}

function templateBusy(key: string, limitMs: number): InfrastructureError {
  const message = `template ${key} was not made within ${limitMs} ms by whoever began to`;
  return new InfrastructureError('TEMPLATE_BUSY', message, { phase: 'host' });
}
