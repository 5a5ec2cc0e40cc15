/**
 * The platform `qemu`: machines on this host, without root. Everything that depends on the host is
 * found out once, when the platform is made.
 */

import pLimit from 'p-limit';
import { availableProcessors } from '../../harness/base/cpu-quota.js';
import { CancelledError, toError } from '../../harness/base/errors.js';
import type { Logger } from '../../harness/base/logger.js';
import type { HostFacts } from '../../harness/model/host.js';
import type { Cluster, ClusterRequest, Platform } from '../../harness/model/platform.js';
import type { HarnessKeys } from '../guest/keys.js';
import { type AcceleratorWish, chooseAccelerator } from './accelerator.js';
import { capabilitiesWith } from './capabilities.js';
import { findUefi } from './firmware.js';
import { readHostFacts } from './host-facts.js';
import { measureSlowness } from './host-speed.js';
import { type ClusterContext, QemuCluster } from './qemu-cluster.js';
import { requireQemu } from './qemu-version.js';
import { requireFormat, templatesDirectory } from './template/cache-format.js';
import { TemplateStore } from './template/template-store.js';

/** What the platform is made from. */
export interface QemuPlatformOptions {
  /** Keeps what was measured of the host. */
  readonly cacheDirectory: string;
  /** Where the machines' disks are, while they live; on a real disk, unlike many a `/tmp`. */
  readonly runDirectory: string;
  /** Where the reaper finds what a killed command left; the same for all commands of a user. */
  readonly stateDirectory: string;
  readonly logger: Logger;
  readonly accelerator: AcceleratorWish;
  /** Whether machines may be forks of templates, and how much disk those may occupy in all. */
  readonly templates?: { readonly limitBytes: number } | undefined;
  /** The key pairs of the run. */
  readonly keys: HarnessKeys;
  readonly signal: AbortSignal;
}

/**
 * Checks QEMU, proves the accelerator and measures the host (from the cache after the first time).
 * Dispose it last: that ends clusters which are still there. Throws NO_QEMU, QEMU_TOO_OLD, NEWER_CACHE (usage),
 * ACCEL_UNUSABLE (infrastructure).
 */
export async function createQemuPlatform(options: QemuPlatformOptions): Promise<Platform> {
  const { cacheDirectory, signal, logger } = options;
  const qemuVersion = await requireQemu();
  const templates = await openTemplates(options);
  const measure = { cacheDirectory, qemuVersion, signal };
  const accelerator = await chooseAccelerator({ ...measure, wish: options.accelerator });
  const slowness = await measureSlowness({ ...measure, accelerator: accelerator.name });
  logger.debug(`accelerator ${accelerator.name} (${accelerator.reason}), slowness ${slowness}`);
  const host = await readHostFacts({ qemu: qemuVersion, accelerator, slowness });
  const { keys, stateDirectory, runDirectory } = options;
  // A build boots a whole machine, although its case may hold no more room than a fork needs.
  const buildTurn = pLimit(Math.max(1, Math.floor(availableProcessors() / 2)));
  const places = { stateDirectory, runDirectory, templates, buildTurn };
  return new QemuPlatform({ host, keys, ...places, uefi: await findUefi() }, logger);
}

async function openTemplates({ templates, cacheDirectory }: QemuPlatformOptions) {
  if (!templates) return undefined;
  const directory = templatesDirectory(cacheDirectory);
  await requireFormat(directory);
  return new TemplateStore({ directory, ...templates });
}

class QemuPlatform implements Platform {
  readonly name = 'qemu';
  readonly capabilities: readonly string[];
  readonly #context: ClusterContext;
  readonly #logger: Logger;
  readonly #boots = new Set<Promise<QemuCluster>>();
  readonly #clusters = new Set<QemuCluster>();
  readonly #disposed = new AbortController();

  constructor(context: ClusterContext, logger: Logger) {
    this.#context = context;
    this.#logger = logger;
    this.capabilities = capabilitiesWith(context.uefi);
  }

  get host(): HostFacts {
    return this.#context.host;
  }

  async provision(request: ClusterRequest, signal: AbortSignal): Promise<Cluster> {
    const either = AbortSignal.any([signal, this.#disposed.signal]);
    const boot = QemuCluster.boot(request, this.#context, either);
    this.#boots.add(boot);
    try {
      return this.#keep(await boot);
    } finally {
      this.#boots.delete(boot);
    }
  }

  /** Boots that are under way end first, then what nobody has torn down. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort(new CancelledError('PLATFORM_CLOSED', 'the platform was closed'));
    await Promise.allSettled(this.#boots);
    const ends = [...this.#clusters].map((cluster) => cluster[Symbol.asyncDispose]());
    for (const end of await Promise.allSettled(ends)) {
      if (end.status === 'rejected') this.#logger.warn(toError(end.reason).message);
    }
  }

  /** Until it is torn down: its consoles would otherwise be held for the whole run. */
  #keep(cluster: QemuCluster): QemuCluster {
    this.#clusters.add(cluster);
    void cluster.ended.then(() => this.#clusters.delete(cluster));
    return cluster;
  }
}
