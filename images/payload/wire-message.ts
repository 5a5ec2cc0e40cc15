/**
 * Protobuf messages of a known shape, field by field. The bytes are the library's business; what is
 * here is which field goes where. Unknown fields are skipped, as protobuf wants it.
 */

import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** How each field of a message is read, by its number. */
export type FieldReaders = Readonly<Record<number, (reader: BinaryReader) => void>>;

/** Reads a whole message; throws what the library throws for bytes that are none. */
export function readMessage(bytes: Uint8Array, fields: FieldReaders): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    const read = fields[number];
    if (read) read(reader);
    else reader.skip(type, number);
  }
}

/** An unsigned 64-bit number; throws RangeError when it is beyond what a double holds exactly. */
export function readUint64(reader: BinaryReader): number {
  return safeNumber(reader.uint64());
}

/** The same where all 64 bits set stand for something of their own, which is -1 here. */
export function readUint64OrNone(reader: BinaryReader): number {
  const value = BigInt(reader.uint64());
  return BigInt.asIntN(64, value) === -1n ? -1 : safeNumber(value);
}

function safeNumber(value: bigint | string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError('a number is beyond 2^53');
  return number;
}

/** Writes the fields that are there. */
export class MessageWriter {
  readonly #writer = new BinaryWriter();

  uint32(field: number, value: number | undefined): this {
    if (value !== undefined) this.#writer.tag(field, WireType.Varint).uint32(value);
    return this;
  }

  uint64(field: number, value: number | bigint | undefined): this {
    if (value !== undefined) this.#writer.tag(field, WireType.Varint).uint64(value);
    return this;
  }

  bytes(field: number, value: Uint8Array | undefined): this {
    if (value !== undefined) this.#writer.tag(field, WireType.LengthDelimited).bytes(value);
    return this;
  }

  /** A repeated field: one entry for each. */
  each(field: number, values: readonly Uint8Array[]): this {
    for (const value of values) this.bytes(field, value);
    return this;
  }

  finish(): Uint8Array {
    return this.#writer.finish();
  }
}
