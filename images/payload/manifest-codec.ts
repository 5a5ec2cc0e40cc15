/**
 * The manifest and the signatures as protobuf. Field numbers are those of update_metadata.proto in
 * flatcar/update_engine.
 */

import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { defined } from '../../harness/base/errors.js';
import {
  type Extent,
  type Manifest,
  maxManifestEntries,
  type Operation,
  operationKinds,
  type Procedure,
  procedureKinds,
  type Signature,
  type TargetInfo,
} from './format.js';
import { MessageWriter, readMessage, readUint64, readUint64OrNone } from './wire-message.js';

/** What the format says when a manifest does not name its block size. */
const defaultBlockBytes = 4096;

/** Called for each entry of a list; throws RangeError when there are too many. */
type Count = () => void;

function entryCounter(): Count {
  let entries = 0;
  return () => {
    entries += 1;
    if (entries > maxManifestEntries) {
      throw new RangeError(`it has more than ${maxManifestEntries} operations and targets`);
    }
  };
}

/** Throws an error that says what is wrong with the bytes. */
export function decodeManifest(bytes: Uint8Array): Manifest {
  const count = entryCounter();
  const operations: Operation[] = [];
  const noOperations: Operation[] = [];
  const procedures: Procedure[] = [];
  let rest: Partial<Manifest> = {};
  const info = (name: 'oldPartition' | 'partition') => (reader: BinaryReader) => {
    rest = { ...rest, [name]: decodeInfo(reader.bytes()) };
  };
  readMessage(bytes, {
    1: (reader) => operations.push(decodeOperation(reader.bytes(), count)),
    2: (reader) => noOperations.push(decodeOperation(reader.bytes(), count)),
    3: (reader) => {
      rest = { ...rest, blockBytes: reader.uint32() };
    },
    4: (reader) => {
      rest = { ...rest, signaturesOffset: readUint64(reader) };
    },
    5: (reader) => {
      rest = { ...rest, signaturesBytes: readUint64(reader) };
    },
    8: info('oldPartition'),
    9: info('partition'),
    10: (reader) => procedures.push(decodeProcedure(reader.bytes(), count)),
  });
  if (rest.blockBytes === 0) throw new RangeError('its blocks have no size');
  return { blockBytes: defaultBlockBytes, ...rest, operations, noOperations, procedures };
}

function decodeOperation(bytes: Uint8Array, count: Count): Operation {
  count();
  const targets: Extent[] = [];
  let type = -1;
  let dataOffset = 0;
  let dataBytes = 0;
  let dataSha256: Uint8Array | undefined;
  readMessage(bytes, {
    1: (reader) => {
      type = reader.int32();
    },
    2: (reader) => {
      dataOffset = reader.uint32();
    },
    3: (reader) => {
      dataBytes = reader.uint32();
    },
    6: (reader) => {
      count();
      targets.push(decodeExtent(reader.bytes()));
    },
    8: (reader) => {
      dataSha256 = reader.bytes();
    },
  });
  const kind = operationKinds[type];
  if (kind === undefined) throw new RangeError(`an operation has the unknown type ${type}`);
  return defined({ kind, dataOffset, dataBytes, targets, dataSha256 }) as Operation;
}

function decodeExtent(bytes: Uint8Array): Extent {
  let extent = { startBlock: 0, blocks: 0 };
  readMessage(bytes, {
    1: (reader) => {
      extent = { ...extent, startBlock: readUint64OrNone(reader) };
    },
    2: (reader) => {
      extent = { ...extent, blocks: readUint64(reader) };
    },
  });
  return extent;
}

function decodeInfo(bytes: Uint8Array): TargetInfo {
  let info: TargetInfo = { bytes: 0, sha256: new Uint8Array() };
  readMessage(bytes, {
    1: (reader) => {
      info = { ...info, bytes: readUint64(reader) };
    },
    2: (reader) => {
      info = { ...info, sha256: reader.bytes() };
    },
  });
  return info;
}

function decodeProcedure(bytes: Uint8Array, count: Count): Procedure {
  count();
  const operations: Operation[] = [];
  let procedure: Omit<Procedure, 'operations'> = { kind: undefined };
  readMessage(bytes, {
    1: (reader) => {
      procedure = { ...procedure, kind: procedureKinds[reader.int32()] };
    },
    2: (reader) => operations.push(decodeOperation(reader.bytes(), count)),
    4: (reader) => {
      procedure = { ...procedure, target: decodeInfo(reader.bytes()) };
    },
  });
  return { ...procedure, operations };
}

/** Throws an error that says what is wrong with the bytes. */
export function decodeSignatures(bytes: Uint8Array): readonly Signature[] {
  const signatures: Signature[] = [];
  readMessage(bytes, {
    1: (reader) => {
      let signature: Signature = { version: 0, data: new Uint8Array() };
      readMessage(reader.bytes(), {
        1: (field) => {
          signature = { ...signature, version: field.uint32() };
        },
        2: (field) => {
          signature = { ...signature, data: field.bytes() };
        },
      });
      signatures.push(signature);
    },
  });
  return signatures;
}

export function encodeManifest(manifest: Manifest): Uint8Array {
  return new MessageWriter()
    .each(1, manifest.operations.map(encodeOperation))
    .each(2, manifest.noOperations.map(encodeOperation))
    .uint32(3, manifest.blockBytes)
    .uint64(4, manifest.signaturesOffset)
    .uint64(5, manifest.signaturesBytes)
    .bytes(8, manifest.oldPartition && encodeInfo(manifest.oldPartition))
    .bytes(9, manifest.partition && encodeInfo(manifest.partition))
    .each(10, manifest.procedures.map(encodeProcedure))
    .finish();
}

function encodeOperation(operation: Operation): Uint8Array {
  return new MessageWriter()
    .uint32(1, operationKinds.indexOf(operation.kind))
    .uint32(2, operation.dataOffset)
    .uint32(3, operation.dataBytes)
    .each(6, operation.targets.map(encodeExtent))
    .bytes(8, operation.dataSha256)
    .finish();
}

function encodeExtent({ startBlock, blocks }: Extent): Uint8Array {
  return new MessageWriter()
    .uint64(1, BigInt.asUintN(64, BigInt(startBlock)))
    .uint64(2, blocks)
    .finish();
}

function encodeInfo({ bytes, sha256 }: TargetInfo): Uint8Array {
  return new MessageWriter().uint64(1, bytes).bytes(2, sha256).finish();
}

function encodeProcedure({ kind, operations, target }: Procedure): Uint8Array {
  return new MessageWriter()
    .uint32(1, kind && procedureKinds.indexOf(kind))
    .each(2, operations.map(encodeOperation))
    .bytes(4, target && encodeInfo(target))
    .finish();
}

export function encodeSignatures(signatures: readonly Signature[]): Uint8Array {
  const entries = signatures.map(({ version, data }) => {
    return new MessageWriter().uint32(1, version).bytes(2, data).finish();
  });
  return new MessageWriter().each(1, entries).finish();
}
