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
import { cachedOnHost, isRecent } from './host-cache.js';
import { type ProbeResult, runProbe } from './probe.js';

/** What the user wants: proven KVM or else TCG, or one of them without a fallback. */
export type AcceleratorWish = 'auto' | 'tcg' | 'kvm';

/** The wish, and what the proof is kept for. */
export interface AcceleratorOptions {
  readonly wish: AcceleratorWish;
  readonly cacheDirectory: string;
  readonly qemuVersion: string;
  readonly signal: AbortSignal;
  /** KVM itself; tests have one of their own. */
  readonly kvm?: Kvm;
}

/** What is asked of KVM. */
export interface Kvm {
  /** Undefined where this user may open the device, else the code of the error. */
  refusal(): Promise<string | undefined>;
  /** Runs the payload. */
  run(signal: AbortSignal): Promise<ProbeResult>;
}

/** A working KVM runs the payload in a quarter of a second, most of it firmware. */
export const kvmProbeLimitMs = 2_000;

const proofSchema = z.object({ works: z.boolean(), reason: z.string(), atMs: z.number() });
type Proof = z.infer<typeof proofSchema>;

/** KVM of this host. */
export const hostKvm: Kvm = {
  refusal: async () => {
    return await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code ?? 'no access',
    );
  },
  run: async (signal) => await runProbe({ accelerator: 'kvm', limitMs: kvmProbeLimitMs, signal }),
};

/** Decides, with the reason. Throws ACCEL_UNUSABLE when KVM was demanded and does not work. */
export async function chooseAccelerator(options: AcceleratorOptions): Promise<AcceleratorChoice> {
  if (options.wish === 'tcg') return { name: 'tcg', reason: 'asked for' };
  const { works, reason } = await kvmAnswer(options);
  if (works) return { name: 'kvm', reason };
  if (options.wish === 'auto') return { name: 'tcg', reason: `KVM is unusable: ${reason}` };
  const message = `KVM was asked for and does not work here: ${reason}; use --accelerator tcg`;
  throw new InfrastructureError('ACCEL_UNUSABLE', message, { phase: 'host', evidence: reason });
}

/**
 * Whether the device opens is asked every time: a module that is loaded, or a group that is joined, does not
 * wait for a reboot. A payload that did not come to its end may have been late on a busy host: that is
 * believed for ten minutes, and not where KVM was demanded.
 */
async function kvmAnswer(options: AcceleratorOptions): Promise<Omit<Proof, 'atMs'>> {
  const { wish, cacheDirectory, qemuVersion, signal, kvm = hostKvm } = options;
  const refusal = await kvm.refusal();
  if (refusal !== undefined) return { works: false, reason: `/dev/kvm: ${refusal}` };
  const file = join(cacheDirectory, 'host', 'kvm.json');
  const holds = ({ works, atMs }: Proof) => works || (wish === 'auto' && isRecent(atMs));
  const entry = { file, qemuVersion, schema: proofSchema, holds };
  return await cachedOnHost(entry, async () => await prove(kvm, signal));
}

async function prove(kvm: Kvm, signal: AbortSignal): Promise<Proof> {
  const result = await kvm.run(signal);
  const atMs = Date.now();
  if (!result.ok) return { works: false, reason: result.reason, atMs };
  return { works: true, reason: 'it ran a 64-bit payload to its end', atMs };
}
