/**
 * The update payload of Flatcar's update engine, as types: the ASCII letters `CrAU`, version 1, a
 * protobuf manifest, the data of its operations one after the other, signatures. Numbers are the
 * file's own. Source: flatcar/update_engine, update_metadata.proto and payload_signer.cc.
 */

/** What a payload begins with. */
export const payloadMagic = 'CrAU';

/** The only version that update engines of this family read. */
export const payloadVersion = 1;

/** Magic, version and the manifest's length, both unsigned 64-bit big-endian. */
export const payloadHeaderBytes = 20;

/** The signature that counts is the one of this version; others are for other generations of keys. */
export const signatureVersion = 2;

/** The block number of what is written nowhere: in the file all 64 bits are set. */
export const nowhere = -1;

/**
 * No manifest has more operations, targets of operations and files beside the partition than this, all
 * counted together: a full one of Flatcar's has some 1,100, and each costs memory before anything of it
 * is known to be true.
 */
export const maxManifestEntries = 2 ** 16;

/** What an operation of a full payload reads or writes at most; Flatcar's builds write 1 MiB with each. */
export const maxOperationBytes = 16 * 2 ** 20;

/** A run of blocks of the target. */
export interface Extent {
  /** A block's number, or {@link nowhere}. */
  readonly startBlock: number;
  readonly blocks: number;
}

/** `replace` data is as it is written, `replace-bz` compressed by bzip2; the others are of deltas. */
export const operationKinds = ['replace', 'replace-bz', 'move', 'bsdiff'] as const;
export type OperationKind = (typeof operationKinds)[number];

/** One step: data of the payload that goes to blocks of the target. */
export interface Operation {
  readonly kind: OperationKind;
  /** Bytes from the end of the manifest. */
  readonly dataOffset: number;
  readonly dataBytes: number;
  readonly targets: readonly Extent[];
  readonly dataSha256?: Uint8Array;
}

/** What a target is when all its operations are done. */
export interface TargetInfo {
  readonly bytes: number;
  readonly sha256: Uint8Array;
}

/** Files that come with the partition; a number that nobody knows is kept as it is. */
export const procedureKinds = ['kernel', 'pcr-policy'] as const;
export type ProcedureKind = (typeof procedureKinds)[number];

export interface Procedure {
  readonly kind: ProcedureKind | undefined;
  readonly operations: readonly Operation[];
  readonly target?: TargetInfo;
}

export interface Manifest {
  readonly operations: readonly Operation[];
  /** Where the signatures hide from engines that would take them for data. */
  readonly noOperations: readonly Operation[];
  readonly blockBytes: number;
  /** Bytes from the end of the manifest; undefined when the payload is not signed. */
  readonly signaturesOffset?: number;
  readonly signaturesBytes?: number;
  /** What the partition must be before; only a delta has it. */
  readonly oldPartition?: TargetInfo;
  readonly partition?: TargetInfo;
  readonly procedures: readonly Procedure[];
}

export interface Signature {
  readonly version: number;
  readonly data: Uint8Array;
}
