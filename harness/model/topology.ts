/**
 * The machines that a suite asks for: roles, their shape, their provisioning, their network.
 */

import type { IgnitionFragment, IgnitionVersion } from './ignition.js';
import type { Firmware } from './image.js';
import type { FaultStep } from './network.js';
import type { ServiceRequest } from './services.js';

/**
 * What a machine is given at first boot. `none` means that the machine really gets no config: no
 * key of the harness either, so only its console can be used; so it is with `raw`. `byUrl`: not by QEMU's
 * fw_cfg, but at {@link configUrl}, which the kernel's `ignition.config.url` has to name.
 */
export type Provisioning =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'ignition';
      readonly config: IgnitionFragment;
      /** Default 3.3.0, which every image generation reads. */
      readonly version?: IgnitionVersion;
      readonly fwCfg?: FwCfgKey;
      readonly byUrl?: true;
    }
  | {
      readonly kind: 'butane';
      /** A config of the `flatcar` variant, whose version decides Ignition's. */
      readonly config: string;
      /** The files directory, by path. */
      readonly files?: Readonly<Record<string, LocalFile>>;
      readonly fwCfg?: FwCfgKey;
      readonly byUrl?: true;
    }
  | {
      /** These bytes and nothing else, whatever they are: no key of the harness, no check. */
      readonly kind: 'raw';
      readonly config: string;
      readonly fwCfg?: FwCfgKey;
    };

/** What a file of a files directory contains; of its mode a tree keeps whether it may be executed. */
export type LocalFile = string | { readonly contents: string; readonly executable: boolean };

/** Where a machine's config is that is not handed over by QEMU. */
export const configUrl = 'http://10.0.2.101/config.ign';

/** The name under which QEMU hands over a config; default `opt/com.coreos/config`. */
export type FwCfgKey = 'opt/com.coreos/config' | 'opt/org.flatcar-linux/config';

/** A blank disk beside the system disk. */
export interface DiskRequest {
  readonly name: string;
  readonly sizeMiB: number;
}

/**
 * A NIC beside the management NIC, on a user-mode network of its own that reaches nothing but the
 * host's forwards. `forwards` become host ports for `Machine.get`.
 */
export interface NicRequest {
  /**
   * An IPv4 network such as `10.0.3.0/24`, up to /27, which no other network overlaps but an equal one of
   * the same machine; QEMU's own host address is `.2`.
   */
  readonly subnet: string;
  /** One station's, no other NIC's of the machine. */
  readonly mac?: string;
  /** Addresses are of machines in `subnet`. */
  readonly forwards?: readonly { readonly address: string; readonly port: number }[];
}

/**
 * A network that machines share: one broadcast domain behind the harness's switch, whose own address
 * is the first. It hands out leases, names and the time, and leads to the other segments of the
 * cluster, to nowhere else. Without any network it is an IPv4 one of the harness's choice.
 */
export interface SegmentRequest {
  /**
   * An IPv4 network such as `10.80.0.0/24`; machines are at its tenth address and after. Neither another
   * network of the machines (10.0.2.0/24 is the management's) nor one where no machine can be.
   */
  readonly subnet?: string;
  /** An IPv6 network of 64 bits such as `fd80::/64`; machines make their addresses of their MACs. */
  readonly subnet6?: string;
  /** Default 1500. */
  readonly mtu?: number;
  /**
   * What the switch serves at port 80 of its own address, by name: a text, or an extra of the image.
   * `/sha256/DIGEST` is the file, `/NAME` leads there.
   */
  readonly artifacts?: Readonly<Record<string, string | { readonly extra: string }>>;
  /**
   * What is at `http://169.254.169.254`, by path, as clouds have it. Placeholders such as
   * `{{self.name}}` are of the machine that asks.
   */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Lets machines connect to the outside of the cluster by TCP, as the host does. Default false. */
  readonly gateway?: boolean;
}

/** Whether the harness's own key is among what a machine is given, so that SSH can be used. */
export function hasKey({ kind }: Provisioning): boolean {
  return kind === 'ignition' || kind === 'butane';
}

/** Files of the host that the machine may mount and read, over 9p (virtio). */
export interface ShareRequest {
  readonly tag: string;
  /** Contents by name, without directories. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * What a machine boots: its disk, a system that comes over the network, or an extra of the image that is
 * a compact disc. `preferring` names an extra that is the disk to boot where the image has it: what one
 * image has on such a disk, another has on its own. From the network the ROM of the management NIC (iPXE,
 * with a BIOS only) loads `file`, which a `tftp` service has. Without the system disk there are only those
 * of `disks`, and the machine starts cold.
 */
export type BootSource =
  | { readonly kind: 'disk'; readonly preferring?: string }
  | { readonly kind: 'network'; readonly file: string }
  | { readonly kind: 'cd'; readonly extra: string };

/** The extra that is the disk with signed boot files, where the image's own has none. */
export const signedDisk: BootSource = { kind: 'disk', preferring: 'signed-disk' };

/** The extra that is the disk with SELinux and a kernel that mounts 9p, where the image's own lacks them. */
export const selinuxDisk: BootSource = { kind: 'disk', preferring: 'selinux-disk' };

/** When a machine counts as booted. Default `ssh`. */
export type Readiness =
  | { readonly kind: 'ssh' }
  /** Its SSH server greets who calls, for machines that have no key and print nothing. */
  | { readonly kind: 'banner' }
  /** A console line that matches, for machines that have no key. */
  | { readonly kind: 'console'; readonly pattern: RegExp };

/**
 * Whether the machines of a role must be told apart from inside. Forks of one settled template are
 * copies, down to their hostname, machine-id and SSH host keys. `own` gives each machine all three:
 * its first boot is then its own, and its hostname is its name in the cluster.
 */
export type Identity = 'shared' | 'own';

export interface Role {
  readonly count: number;
  readonly vcpus: number;
  readonly memoryMiB: number;
  readonly boot: BootSource;
  /** The system disk's size if it is not the image's, which it must not be below. */
  readonly systemDiskMiB?: number;
  readonly firmware: Firmware;
  /** UEFI with Secure Boot, for an image that has `secure-boot`; its disk is {@link signedDisk}. */
  readonly secureBoot?: true;
  /** A TPM 2.0 of the machine's own. */
  readonly tpm: boolean;
  readonly disks: readonly DiskRequest[];
  readonly nics: readonly NicRequest[];
  /** TCP ports of the guest that the host reaches over the management NIC, besides SSH. */
  readonly forwards: readonly number[];
  /** Servers that the machine reaches, from the initrd on. */
  readonly services: readonly ServiceRequest[];
  readonly shares: readonly ShareRequest[];
  readonly provisioning: Provisioning;
  readonly ready: Readiness;
  readonly identity: Identity;
  /** The segments that each machine has a NIC on, by name, in this order. */
  readonly segments: readonly string[];
}

export interface Topology {
  readonly roles: Readonly<Record<string, Role>>;
  readonly segments?: Readonly<Record<string, SegmentRequest>>;
  /**
   * Faults that `ClusterNetwork.play` brings about; a machine or segment that is not there is refused
   * before anything starts.
   */
  readonly schedule?: readonly FaultStep[];
}

const defaultRole: Role = {
  count: 1,
  vcpus: 2,
  memoryMiB: 1024,
  boot: { kind: 'disk' },
  firmware: 'bios',
  tpm: false,
  disks: [],
  nics: [],
  forwards: [],
  services: [],
  shares: [],
  provisioning: { kind: 'ignition', config: {} },
  ready: { kind: 'ssh' },
  identity: 'shared',
  segments: [],
};

/** A role with the usual shape: one machine, 2 vCPU, 1 GiB, BIOS, the harness's own provisioning. */
export function role(overrides: Partial<Role> = {}): Role {
  return { ...defaultRole, ...overrides };
}

/** The topology of one machine, in the role `main`. */
export function singleMachine(overrides: Partial<Role> = {}): Topology {
  return { roles: { main: role(overrides) } };
}

/** What a topology occupies while it runs. */
export interface TopologyCost {
  readonly machines: number;
  readonly vcpus: number;
  readonly memoryMiB: number;
}

/** Adds up the machines, vCPUs and memory of all roles. */
export function costOfTopology(topology: Topology): TopologyCost {
  let cost = { machines: 0, vcpus: 0, memoryMiB: 0 };
  for (const { count, vcpus, memoryMiB } of Object.values(topology.roles)) {
    cost = {
      machines: cost.machines + count,
      vcpus: cost.vcpus + count * vcpus,
      memoryMiB: cost.memoryMiB + count * memoryMiB,
    };
  }
  return cost;
}
