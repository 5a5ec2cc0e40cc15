/**
 * The part of an Ignition config that the harness builds, spec 3.3.0 and 3.4.0. Field names and
 * meanings are those of the specification (coreos.github.io/ignition, configuration v3_3 and v3_4).
 */

export type IgnitionVersion = '3.3.0' | '3.4.0';

export interface IgnitionVerification {
  /** `sha256-…` or `sha512-…` in lower-case hexadecimal. */
  readonly hash?: string;
}

export interface IgnitionResource {
  /** A `data:`, `http(s):`, `tftp:`, `s3:`, `gs:` or `arn:` URL. */
  readonly source?: string;
  readonly compression?: 'gzip';
  readonly httpHeaders?: readonly { readonly name: string; readonly value?: string }[];
  readonly verification?: IgnitionVerification;
}

export interface IgnitionOwner {
  readonly id?: number;
  readonly name?: string;
}

export interface IgnitionNode {
  readonly path: string;
  readonly overwrite?: boolean;
  readonly user?: IgnitionOwner;
  readonly group?: IgnitionOwner;
}

export interface IgnitionFile extends IgnitionNode {
  readonly contents?: IgnitionResource;
  readonly append?: readonly IgnitionResource[];
  /** Decimal, as JSON has no octal: 0o644 is 420. */
  readonly mode?: number;
}

export interface IgnitionDirectory extends IgnitionNode {
  readonly mode?: number;
}

export interface IgnitionLink extends IgnitionNode {
  readonly target?: string;
  readonly hard?: boolean;
}

export interface IgnitionPartition {
  readonly label?: string;
  readonly number?: number;
  readonly startMiB?: number;
  readonly sizeMiB?: number;
  readonly typeGuid?: string;
  readonly guid?: string;
  readonly resize?: boolean;
  readonly wipePartitionEntry?: boolean;
  readonly shouldExist?: boolean;
}

export interface IgnitionDisk {
  readonly device: string;
  readonly wipeTable?: boolean;
  readonly partitions?: readonly IgnitionPartition[];
}

export interface IgnitionRaid {
  readonly name: string;
  readonly level?: string;
  readonly devices?: readonly string[];
  readonly spares?: number;
  readonly options?: readonly string[];
}

export interface IgnitionLuks {
  readonly name: string;
  readonly device?: string;
  readonly keyFile?: IgnitionResource;
  readonly label?: string;
  readonly uuid?: string;
  readonly options?: readonly string[];
  readonly openOptions?: readonly string[];
  readonly discard?: boolean;
  readonly wipeVolume?: boolean;
  readonly clevis?: {
    readonly tpm2?: boolean;
    readonly threshold?: number;
    readonly custom?: {
      readonly pin: string;
      readonly config: string;
      readonly needsNetwork?: boolean;
    };
    readonly tang?: readonly {
      readonly url: string;
      readonly thumbprint?: string;
      readonly advertisement?: string;
    }[];
  };
}

export interface IgnitionFilesystem {
  readonly device: string;
  readonly path?: string;
  readonly format?: string;
  readonly label?: string;
  readonly uuid?: string;
  readonly options?: readonly string[];
  readonly mountOptions?: readonly string[];
  readonly wipeFilesystem?: boolean;
}

export interface IgnitionUnit {
  readonly name: string;
  readonly enabled?: boolean;
  readonly mask?: boolean;
  readonly contents?: string;
  readonly dropins?: readonly { readonly name: string; readonly contents?: string }[];
}

export interface IgnitionUser {
  readonly name: string;
  readonly uid?: number;
  readonly gecos?: string;
  readonly groups?: readonly string[];
  readonly homeDir?: string;
  readonly noCreateHome?: boolean;
  readonly noLogInit?: boolean;
  readonly noUserGroup?: boolean;
  readonly passwordHash?: string;
  readonly primaryGroup?: string;
  readonly shell?: string;
  readonly shouldExist?: boolean;
  readonly sshAuthorizedKeys?: readonly string[];
  readonly system?: boolean;
}

export interface IgnitionGroup {
  readonly name: string;
  readonly gid?: number;
  readonly passwordHash?: string;
  readonly shouldExist?: boolean;
  readonly system?: boolean;
}

/** What a suite, or the harness itself, wants of a machine; merged into one config before boot. */
export interface IgnitionFragment {
  readonly ignition?: {
    readonly config?: {
      readonly merge?: readonly IgnitionResource[];
      readonly replace?: IgnitionResource;
    };
    readonly proxy?: {
      readonly httpProxy?: string;
      readonly httpsProxy?: string;
      readonly noProxy?: readonly string[];
    };
    readonly security?: {
      readonly tls?: { readonly certificateAuthorities?: readonly IgnitionResource[] };
    };
    readonly timeouts?: {
      readonly httpResponseHeaders?: number;
      readonly httpTotal?: number;
    };
  };
  readonly kernelArguments?: {
    readonly shouldExist?: readonly string[];
    readonly shouldNotExist?: readonly string[];
  };
  readonly passwd?: {
    readonly users?: readonly IgnitionUser[];
    readonly groups?: readonly IgnitionGroup[];
  };
  readonly storage?: {
    readonly disks?: readonly IgnitionDisk[];
    readonly raid?: readonly IgnitionRaid[];
    readonly luks?: readonly IgnitionLuks[];
    readonly filesystems?: readonly IgnitionFilesystem[];
    readonly files?: readonly IgnitionFile[];
    readonly directories?: readonly IgnitionDirectory[];
    readonly links?: readonly IgnitionLink[];
  };
  readonly systemd?: { readonly units?: readonly IgnitionUnit[] };
}

/** A complete config: a fragment that names its specification. */
export interface IgnitionConfig extends IgnitionFragment {
  readonly ignition: NonNullable<IgnitionFragment['ignition']> & {
    readonly version: IgnitionVersion;
  };
}
