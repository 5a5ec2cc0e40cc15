/**
 * Which accelerator runs the machines. A `/dev/kvm` that opens proves nothing: on some hosts every
 * kernel hangs in early long mode, so KVM is used only after it has run a 64-bit payload.
 */

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { InfrastructureError } from '../../harness/base/errors.js';
import type { AcceleratorChoice } from '../../harness/model/host.js';
import { cachedOnHost } from './host-cache.js';
import { runProbe } from './probe.js';

/** What the user wants: proven KVM or else TCG, or one of them without a fallback. */
export type AcceleratorWish = 'auto' | 'tcg' | 'kvm';

/** The wish, and what the proof is kept for. */
export interface AcceleratorOptions {
  readonly wish: AcceleratorWish;
  readonly cacheDirectory: string;
  readonly qemuVersion: string;
  readonly signal: AbortSignal;
}

/** A working KVM runs the payload in a quarter of a second, most of it firmware. */
export const kvmProbeLimitMs = 2_000;

const proofSchema = z.object({ works: z.boolean(), reason: z.string() });
type Proof = z.infer<typeof proofSchema>;

/** Decides, with the reason. Throws ACCEL_UNUSABLE when KVM was demanded and does not work. */
export async function chooseAccelerator(options: AcceleratorOptions): Promise<AcceleratorChoice> {
  if (options.wish === 'tcg') return { name: 'tcg', reason: 'asked for' };
  const proof = await cachedOnHost(
    {
      file: join(options.cacheDirectory, 'host', 'kvm.json'),
      qemuVersion: options.qemuVersion,
      schema: proofSchema,
    },
    () => proveKvm(options.signal),
  );
  if (proof.works) return { name: 'kvm', reason: proof.reason };
  if (options.wish === 'auto') return { name: 'tcg', reason: `KVM is unusable: ${proof.reason}` };
  const message = `KVM was asked for and does not work here: ${proof.reason}; use --accelerator tcg`;
  throw new InfrastructureError('ACCEL_UNUSABLE', message, {
    phase: 'host',
    evidence: proof.reason,
  });
}

async function proveKvm(signal: AbortSignal): Promise<Proof> {
  try {
    await access('/dev/kvm', constants.R_OK | constants.W_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'no access';
    return { works: false, reason: `/dev/kvm: ${code}` };
  }
  const result = await runProbe({ accelerator: 'kvm', limitMs: kvmProbeLimitMs, signal });
  if (!result.ok) return { works: false, reason: result.reason };
  return { works: true, reason: 'it ran a 64-bit payload to its end' };
}
