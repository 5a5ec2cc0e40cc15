/**
 * The complete description of one VM as data: everything that its command line is made of, and
 * nothing that has to be looked up.
 */

import type { ServiceRequest, TftpService } from '../../harness/model/services.js';
import type { UpdateService } from '../services/omaha/update-service.js';

/** A file as QEMU opens it. */
export interface FileSpec {
  readonly path: string;
  readonly format: 'qcow2' | 'raw';
}

/** A qcow2 disk of the machine: an overlay over a file that stays untouched, or blank. */
export interface DriveSpec {
  /** QEMU's id of the drive. */
  readonly id: string;
  /** The qcow2 file, made by {@link prepareCommands}. */
  readonly path: string;
  readonly content:
    | { readonly kind: 'overlay'; readonly backing: FileSpec; readonly sizeMiB?: number }
    | { readonly kind: 'blank'; readonly sizeMiB: number };
  /** What the guest sees as `/dev/disk/by-id/virtio-<serial>`; virtio keeps 20 bytes of it. */
  readonly serial?: string;
  /** Position in the firmware's boot order, from 1. */
  readonly bootIndex?: number;
}

/** SeaBIOS is QEMU's default; UEFI needs code and a store of variables that is the machine's own. */
export type FirmwareSpec =
  | { readonly kind: 'bios' }
  | {
      readonly kind: 'uefi';
      readonly code: FileSpec;
      readonly variables: DriveSpec;
      /** With Secure Boot: only system management mode may write the variables. */
      readonly secure?: true;
    };

/** A TCP port of the guest. An empty address is the one that DHCP hands out first. */
export interface ForwardSpec {
  readonly address: string;
  readonly port: number;
}

/** A service of the harness, and the unix socket on which it listens. */
export interface ServiceSpec {
  readonly request: Exclude<ServiceRequest, TftpService>;
  readonly socket: string;
  /** Files of the host that it serves beside those of the request, by path. */
  readonly hostFiles?: Readonly<Record<string, string>>;
  /** What an `omaha` service is. */
  readonly updates?: UpdateService;
}

/** Files that QEMU's TFTP server offers, and the directory that they are put in. */
export interface TftpSpec {
  readonly files: Readonly<Record<string, string>>;
  readonly directory: string;
}

/** A NIC on a user-mode network of its own. Host ports are chosen by QEMU and read back. */
export interface NetworkSpec {
  /** QEMU's id of the network, and the name under which its ports are read back. */
  readonly id: string;
  readonly mac: string;
  /** Default is QEMU's own, 10.0.2.0/24. */
  readonly subnet?: string;
  readonly forwards: readonly ForwardSpec[];
  /** Servers that the guest reaches at these addresses. */
  readonly services?: readonly ServiceSpec[];
  readonly tftp?: TftpSpec;
  /** What its ROM loads from there, before any disk is tried. Default: it has no ROM. */
  readonly bootFile?: string;
  /** A config with secrets in it comes by this way. */
  readonly carriesConfig?: true;
  /** Where the beginnings of all its packets are written, as pcap. */
  readonly capture?: string;
}

/** A NIC on a segment of the cluster's network. */
export interface LanSpec {
  /** QEMU's id of the network. */
  readonly id: string;
  readonly mac: string;
  /** Unix socket of the port on the switch, which listens. */
  readonly socket: string;
}

/** A directory of the host that the guest mounts by its tag, and the files that are put there. */
export interface ShareSpec {
  readonly tag: string;
  readonly files: Readonly<Record<string, string>>;
  readonly directory: string;
}

/** Where the first serial port goes: to the harness, or to the terminal of somebody who looks. */
export type ConsoleSpec =
  | { readonly kind: 'socket'; readonly path: string; readonly logFile: string }
  | { readonly kind: 'terminal' };

/**
 * Guest memory in a file, for machines that are frozen or forked: `shared` writes to the file, which
 * then is a template's; `private` reads it and keeps its own changes to itself.
 */
export interface MemorySpec {
  readonly path: string;
  readonly sharing: 'shared' | 'private';
}

/** A TPM 2.0, emulated by a process of its own. */
export interface TpmSpec {
  /** Unix socket on which swtpm listens for QEMU. */
  readonly socket: string;
  /** Holds what the TPM keeps over power cycles. */
  readonly stateDirectory: string;
}

/** Unix sockets for what a template keeps waiting: see `template/standby.ts` and `template/witness.ts`. */
export interface CallSockets {
  readonly standby: string;
  readonly witness: string;
}

/** One VM. All paths are absolute. */
export interface MachineSpec {
  /** Shown in process lists. */
  readonly name: string;
  readonly accelerator: 'kvm' | 'tcg';
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** Default is anonymous memory. */
  readonly memory?: MemorySpec;
  /** Waits for a state to be loaded, see `migration.ts`, instead of starting from its firmware. */
  readonly incoming?: boolean;
  /**
   * Unix socket on which the harness listens for the virtio port `org.switchyard.hold`, where an
   * image announces that it is about to run Ignition and waits to be told to go on.
   */
  readonly holdSocket?: string;
  /** Where the harness listens for who waits in a template. */
  readonly callSockets?: CallSockets;
  readonly firmware: FirmwareSpec;
  readonly drives: readonly DriveSpec[];
  /** A compact disc, which is booted before any disk. */
  readonly cd?: string;
  readonly networks: readonly NetworkSpec[];
  /** Each has a slot of its own, so that it can be plugged in while the machine runs. */
  readonly lans?: readonly LanSpec[];
  /** The NICs are not there at the start: a template has none, and a fork is given its own. */
  readonly lansLater?: true;
  readonly shares?: readonly ShareSpec[];
  /** The Ignition config. */
  readonly config?: {
    /** Under which QEMU hands it over; without it the config is only served. */
    readonly fwCfg?: string;
    readonly path: string;
    /** The file of the real config when that is served. */
    readonly served?: string;
  };
  readonly console: ConsoleSpec;
  /** Unix socket on which the harness listens for QMP. */
  readonly qmpSocket?: string;
  /**
   * Unix socket on which the harness listens for the virtio port `org.switchyard.journal`, to which
   * an image may write its journal, one entry of JSON a line, from the initrd on.
   */
  readonly journalSocket?: string;
  readonly tpm?: TpmSpec;
  /** A graphics card, whose screen can be looked at. Default: none. */
  readonly screen?: boolean;
}
