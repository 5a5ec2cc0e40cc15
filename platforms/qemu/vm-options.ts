/**
 * What a VM is started from, and the hold that its owner has on the process from the spawn on.
 */

import type { HarnessError } from '../../harness/base/errors.js';
import type { ProcessIdentity } from '../../harness/base/host-process.js';
import type { ResourceUsage } from '../../harness/model/platform.js';
import type { ArrivalTimes } from './arrival-times.js';
import type { BootObserver } from './boot-observer.js';
import type { MachineSpec } from './machine-spec.js';

/** What a VM is started from. */
export interface VmOptions {
  readonly machine: string;
  /** With a socket console and a QMP socket. Its disks exist. */
  readonly spec: MachineSpec;
  /** Existing directory that is kept; gets `qemu.stderr` and, if the guest streams, `journal.jsonl`. */
  readonly artifactDirectory: string;
  readonly slowness: number;
  readonly observer: BootObserver;
  /** The frozen state that a machine with `incoming` goes on from. */
  readonly stateFile?: string;
  /** Console lines from before the start of this process: what the machine has printed already. */
  readonly history?: readonly string[];
  /** Are told what comes when, and closed at the end. Opened before the process is started. */
  readonly times?: { readonly console: ArrivalTimes; readonly journal: ArrivalTimes };
  /** Ends what is done with the machine, such as waiting for a console line. */
  readonly signal: AbortSignal;
  /** Told of the process before anything else happens with it; the listener must stop it. */
  readonly onSpawn: (spawned: SpawnedVm) => void;
  /**
   * Told once if the connected process ends although nobody asked it to. Until it is connected, its
   * launch throws the cause.
   */
  readonly onEnded: (cause: HarnessError) => void;
}

/** A process that runs and must be stopped, whether or not it ever becomes a usable VM. */
export interface SpawnedVm {
  readonly machine: string;
  readonly process: ProcessIdentity;
  /** What the process has taken, also after its end; undefined if it was never seen. */
  readonly usage: () => ResourceUsage | undefined;
  /** Ends the process within the limit and closes its sockets. Throws PROCESS_LEAKED. */
  readonly stop: (limitMs: number) => Promise<void>;
  /** Takes a picture of the screen, if there is one, for the artifacts. Never throws. */
  readonly takePicture: () => Promise<void>;
}
