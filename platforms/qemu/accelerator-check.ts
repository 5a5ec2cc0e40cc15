/**
 * What machines would run on, for whoever asks about the host: a run without KVM is not wrong, but slow,
 * and its user wants to know why. Proves anew and keeps nothing.
 */

import { type AcceleratorWish, hostKvm, type Kvm } from './accelerator.js';
import type { PreflightCheck, PreflightFinding } from './host-checks.js';

/** The wish, and what it is held against. */
export interface AcceleratorCheckOptions {
  readonly wish: AcceleratorWish;
  readonly signal: AbortSignal;
  /** Tests have one of their own. */
  readonly kvm?: Kvm;
}

/** Fails only where KVM is demanded and does not work, code ACCEL_UNUSABLE. */
export function acceleratorCheck(options: AcceleratorCheckOptions): PreflightCheck {
  const { wish, signal, kvm = hostKvm } = options;
  const check = async (): Promise<PreflightFinding> => {
    if (wish === 'tcg') return { ok: true, finding: 'software emulation, as asked for' };
    const problem = await problemOf(kvm, signal);
    if (problem === undefined) return { ok: true, finding: 'KVM, which ran a 64-bit payload' };
    const { reason, remedy } = problem;
    const finding = `KVM is unusable: ${reason}`;
    if (wish === 'kvm') return { ok: false, code: 'ACCEL_UNUSABLE', finding, remedy };
    return { ok: true, finding: `software emulation, slow; ${finding}; ${remedy}` };
  };
  return { name: 'accelerator', title: 'Accelerator', check };
}

async function problemOf(kvm: Kvm, signal: AbortSignal) {
  const refusal = await kvm.refusal();
  if (refusal !== undefined) return { reason: `/dev/kvm: ${refusal}`, remedy: remedyOf(refusal) };
  const result = await kvm.run(signal);
  if (result.ok) return undefined;
  return {
    reason: result.reason,
    remedy: 'see the kernel’s log, and what the host itself runs in',
  };
}

function remedyOf(refusal: string): string {
  if (refusal === 'EACCES' || refusal === 'EPERM') {
    return 'add yourself to the group kvm (sudo usermod -aG kvm "$USER") and log in anew';
  }
  return 'load kvm_intel or kvm_amd, or let the host allow virtualisation';
}
