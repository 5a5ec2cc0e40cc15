/**
 * The boundary between execution and a way to boot machines. A request is what is wanted, a cluster
 * is what runs; the platform reports what it sees as events and judges nothing.
 */

import type { HostFacts } from './host.js';
import type { Image } from './image.js';
import type { Machine } from './machine.js';
import type { ClusterNetwork, NetworkEvent } from './network.js';
import type { Failure, Phase } from './outcome.js';
import type { StartMode, SuiteLimits } from './suite.js';
import type { Topology } from './topology.js';

/** An entry of a guest's journal as the guest streams it; fields by systemd.journal-fields(7). */
export interface JournalLine {
  /** `MESSAGE`; of a very long one its beginning. */
  readonly message: string;
  /** From 0, the system is unusable, to 7. */
  readonly priority: number;
  /** Who says of itself to have written it. */
  readonly identifier: string | undefined;
  /** The unit that it is about, or that wrote it. */
  readonly unit: string | undefined;
  /** How it came into the journal: `kernel`, `syslog`, `journal`, `stdout`, `audit`, `driver`. */
  readonly transport: string | undefined;
  /** The process that wrote it, by the kernel's word. */
  readonly pid: number | undefined;
}

/** A command that ran on a guest, in short: long texts are cut in the middle of their lines. */
export interface CommandReport {
  /** As a person would type it. */
  readonly shown: string;
  /** Exit status; undefined when a signal or the harness ended it. */
  readonly status?: number;
  readonly durationMs: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether the process was ended from outside, as by a host that dies, or the guest powered itself off. */
export type MachineLoss = 'killed' | 'powered-off';

/**
 * Whether a machine that goes on from a template has shown to be a true copy of it. One that is given
 * up is started anew, and nothing that it has printed counts.
 */
export type ForkState = 'unproven' | 'proven' | 'given-up';

/** What a platform sees of a machine while it lives, in order per machine and source. */
export type MachineEvent =
  | { readonly kind: 'power-on'; readonly machine: string; readonly boot: number }
  /** A console line; `boot` counts from 1, `line` from 1 over the machine's whole life. */
  | {
      readonly kind: 'console';
      readonly machine: string;
      readonly boot: number;
      readonly line: number;
      readonly text: string;
    }
  /** Only of guests that stream their journal, and only from when on they do. */
  | ({ readonly kind: 'journal'; readonly machine: string; readonly boot: number } & JournalLine)
  | {
      readonly kind: 'phase';
      readonly machine: string;
      readonly boot: number;
      readonly phase: Phase;
    }
  | { readonly kind: 'fork'; readonly machine: string; readonly is: ForkState }
  | { readonly kind: 'qmp'; readonly machine: string; readonly event: string }
  | ({ readonly kind: 'command'; readonly machine: string } & CommandReport)
  /** The suite has ended it, or had it end; it may come back. */
  | { readonly kind: 'lost'; readonly machine: string; readonly how: MachineLoss }
  | { readonly kind: 'returned'; readonly machine: string }
  /** The VM's process ended although nobody asked it to. */
  | { readonly kind: 'exited'; readonly machine: string; readonly failure: Failure };

export interface ClusterRequest {
  /** Short and unique on this host while the cluster lives; part of socket paths. */
  readonly id: string;
  /** Existing directory for consoles, configs and everything that should be kept. */
  readonly artifactDirectory: string;
  readonly image: Image;
  readonly topology: Topology;
  /** How the machines may come up; a platform that can't, boots cold and says so in the report. */
  readonly start: StartMode;
  readonly limits: SuiteLimits;
  /** Whether the disks of machines that failed are kept beside their consoles. Default false. */
  readonly keepDisks?: boolean | undefined;
  /** Whether machines have a screen where they can, and failures a picture of it. Default true. */
  readonly screens?: boolean | undefined;
  /** What chance on the cluster's network is drawn from. Default 0. */
  readonly seed?: number | undefined;
  readonly onEvent: (event: MachineEvent) => void;
  /**
   * Told of what the cluster's network sees: all faults, some thousands of each other kind, neither names
   * nor the time.
   */
  readonly onNetworkEvent?: ((event: NetworkEvent) => void) | undefined;
}

/** How one machine came up; times in milliseconds since its process was started. */
export interface BootReport {
  readonly machine: string;
  readonly start: 'cold' | 'fork' | 'first-boot';
  readonly accelerator: string;
  readonly readyMs: number;
  readonly phasesMs: Readonly<Partial<Record<Phase, number>>>;
  /** The key of the template that it was made from. */
  readonly template?: string;
  /** Its config was too large for fw_cfg and was fetched from a server of its own. */
  readonly configServed?: boolean;
  /** It was still at work when its time to come to rest was over, and the next of its cluster booted. */
  readonly restless?: boolean;
  /** Why a cold boot was taken although a fork was asked for. */
  readonly fallback?: string;
}

/** What the machines of a cluster took from the host together, from their start until asked. */
export interface ResourceUsage {
  /** User and system time. */
  readonly cpuSeconds: number;
  /** Memory that nobody else shares, at its highest. */
  readonly peakMemoryMiB: number;
}

/** Machines created together. Disposing ends every process and removes every overlay. */
export interface Cluster extends AsyncDisposable {
  readonly machines: readonly Machine[];
  readonly boots: readonly BootReport[];
  /** Of a topology with segments. */
  readonly network?: ClusterNetwork | undefined;
  /** Asked before the teardown; undefined when it can't be told. Never throws. */
  usage?(): ResourceUsage | undefined;
  /**
   * Ends the machines; returns what could not be cleaned up, empty when clean. `timeoutMs` is for a
   * host of speed 1: the platform scales it. `failed` says that what the machines leave may matter.
   */
  tearDown(options: {
    readonly timeoutMs: number;
    readonly failed?: boolean;
  }): Promise<readonly Failure[]>;
}

export interface Platform extends AsyncDisposable {
  /** `qemu`. */
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly host: HostFacts;
  /**
   * Boots all machines of the request in parallel and resolves when each is ready. On failure it
   * has cleaned up what it made; what it could not is in the error's `leftovers`. Throws
   * BOOT_TIMEOUT, IGNITION_FAILED … (product) and QEMU_EXITED, DISK_FULL … (infrastructure).
   */
  provision(request: ClusterRequest, signal: AbortSignal): Promise<Cluster>;
}
