/**
 * What is recorded about the host that ran the machines, since a result without it can't be judged.
 */

export interface AcceleratorChoice {
  readonly name: 'kvm' | 'tcg';
  /** Why this one: the proof that KVM works, or what went wrong with it. */
  readonly reason: string;
}

export interface HostFacts {
  readonly os: string;
  readonly kernel: string;
  readonly cpuModel: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly node: string;
  readonly qemu: string;
  readonly accelerator: AcceleratorChoice;
  /**
   * How many times slower than the reference host (4 cores, TCG, 2024) machines run here; deadlines
   * are multiplied by it. Never below 1.
   */
  readonly slowness: number;
}
