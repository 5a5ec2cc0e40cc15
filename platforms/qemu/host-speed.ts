/**
 * How much slower than the reference host machines run here, so that deadlines fit the host.
 */

import { join } from 'node:path';
import { z } from 'zod';
import { InfrastructureError } from '../../harness/base/errors.js';
import type { AcceleratorChoice } from '../../harness/model/host.js';
import { cachedOnHost, isRecent } from './host-cache.js';
import { runProbe } from './probe.js';

/** The host that is measured. */
export interface SpeedOptions {
  readonly accelerator: AcceleratorChoice['name'];
  readonly cacheDirectory: string;
  readonly qemuVersion: string;
  readonly signal: AbortSignal;
  /** Runs the payload and returns the time of a lap; tests have one of their own. */
  readonly lap?: (signal: AbortSignal) => Promise<number>;
}

/** One lap of the payload under TCG (QEMU 10.0) on the reference host, in milliseconds. */
export const referenceLapMs = 100;

/** A host that is slower still needs another host, not longer deadlines. */
const maxSlowness = 8;

/** The payload runs half a second on the reference host. */
const speedProbeLimitMs = 30_000;

/** Up to here limits are hardly stretched, and nothing is gained by looking again. */
const calmSlowness = 1.5;

const lapSchema = z.object({ lapMs: z.number().positive(), atMs: z.number() });
type Lap = z.infer<typeof lapSchema>;

/**
 * 1 on the reference host or a faster one, and under KVM. A lap that was slow may have been so because others
 * were busy: after ten minutes the host is measured again, and the shortest lap counts. Throws
 * ACCEL_UNUSABLE.
 */
export async function measureSlowness(options: SpeedOptions): Promise<number> {
  if (options.accelerator === 'kvm') return 1;
  const { cacheDirectory, qemuVersion, signal, lap = measureLap } = options;
  const file = join(cacheDirectory, 'host', 'tcg-lap.json');
  const holds = ({ lapMs, atMs }: Lap) => slownessOfLap(lapMs) <= calmSlowness || isRecent(atMs);
  const { lapMs } = await cachedOnHost(
    { file, qemuVersion, schema: lapSchema, holds },
    async (kept) => ({
      lapMs: Math.min(await lap(signal), kept?.lapMs ?? Number.POSITIVE_INFINITY),
      atMs: Date.now(),
    }),
  );
  return slownessOfLap(lapMs);
}

/** Rounded up to tenths, from 1 to 8. */
export function slownessOfLap(lapMs: number): number {
  const tenths = Math.ceil((lapMs / referenceLapMs) * 10) / 10;
  return Math.min(maxSlowness, Math.max(1, tenths));
}

async function measureLap(signal: AbortSignal): Promise<number> {
  const result = await runProbe({ accelerator: 'tcg', limitMs: speedProbeLimitMs, signal });
  if (result.ok) return result.lapMs;
  const message = `QEMU can't run a machine even without KVM: ${result.reason}`;
  throw new InfrastructureError('ACCEL_UNUSABLE', message, {
    phase: 'host',
    evidence: result.reason,
  });
}
