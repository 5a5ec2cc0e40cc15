/**
 * The integers that Butane's fields can hold: those of Go's `int` on 64 bits.
 */

/** Whether an integer is between -2^63 and 2^63 - 1. */
export function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}
