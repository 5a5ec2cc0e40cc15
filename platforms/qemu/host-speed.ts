/**
 * How much slower than the reference host machines run here, so that deadlines fit the host.
 */

import { join } from 'node:path';
import { z } from 'zod';
import { InfrastructureError } from '../../harness/base/errors.js';
import type { AcceleratorChoice } from '../../harness/model/host.js';
import { cachedOnHost } from './host-cache.js';
import { runProbe } from './probe.js';

/** The host that is measured. */
export interface SpeedOptions {
  readonly accelerator: AcceleratorChoice['name'];
  readonly cacheDirectory: string;
  readonly qemuVersion: string;
  readonly signal: AbortSignal;
}

/** One lap of the payload under TCG (QEMU 10.0) on the reference host, in milliseconds. */
export const referenceLapMs = 100;

/** A host that is slower still needs another host, not longer deadlines. */
const maxSlowness = 8;

/** The payload runs half a second on the reference host. */
const speedProbeLimitMs = 30_000;

/** 1 on the reference host or a faster one, and under KVM. Throws ACCEL_UNUSABLE. */
export async function measureSlowness(options: SpeedOptions): Promise<number> {
  if (options.accelerator === 'kvm') return 1;
  const lapMs = await cachedOnHost(
    {
      file: join(options.cacheDirectory, 'host', 'tcg-lap.json'),
      qemuVersion: options.qemuVersion,
      schema: z.number().positive(),
    },
    () => measureLap(options.signal),
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
