/**
 * Ignition's rules for disks and their partitions.
 */

import type { IgnitionDisk, IgnitionPartition } from '../../../harness/model/ignition.js';
import { each, errorIf, type Finding, type Rule } from '../report.js';
import { problemOfPath } from './path-rules.js';

/** What is wrong with a disk. */
export const checkDisk: Rule<IgnitionDisk> = (disk, path) => {
  const { device, partitions = [] } = disk;
  const place = `${path}.partitions`;
  const own = each(place, partitions, checkPartition);
  if (device === '') return [...errorIf('a disk needs its device', `${path}.device`), ...own];
  return [
    ...errorIf(problemOfPath(device), `${path}.device`),
    ...firstRepeated(partitions, place, ({ number }) => number || undefined, 'number'),
    ...checkOverlap(partitions, place),
    ...checkNextFree(partitions, place),
    ...firstRepeated(partitions, place, ({ label }) => label, 'label'),
    ...own,
  ];
};

function firstRepeated(
  partitions: readonly IgnitionPartition[],
  place: string,
  keyOf: (partition: IgnitionPartition) => string | number | undefined,
  what: string,
): readonly Finding[] {
  const keys = partitions.map(keyOf);
  const index = keys.findIndex((key, at) => key !== undefined && keys.indexOf(key) < at);
  return errorIf(index >= 0 && `two partitions have this ${what}`, `${place}.${index}`);
}

function checkOverlap(partitions: readonly IgnitionPartition[], place: string) {
  const spans = partitions.flatMap(({ startMiB, sizeMiB }, index) =>
    startMiB && sizeMiB !== undefined
      ? [{ index, start: startMiB, end: startMiB + (sizeMiB === 0 ? 0 : sizeMiB - 1) }]
      : [],
  );
  for (const one of spans) {
    const other = spans.find((span) => span !== one && overlaps(one, span));
    if (other) return errorIf('partitions overlap', `${place}.${other.index}`);
  }
  return [];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** One that ends before its start, by a size below zero, may still lie around its own gap. */
function overlaps(one: Span, other: Span): boolean {
  const isIn = (at: number) => at >= other.start && at <= other.end;
  const isAround = one.start < other.start && one.end > other.end;
  return isIn(one.start) || isIn(one.end) || isAround;
}

/** Numbers to be chosen and partitions to be removed do not go together. */
function checkNextFree(partitions: readonly IgnitionPartition[], place: string) {
  const removes = partitions.some((partition) => partition.shouldExist === false);
  const chooses = partitions.some((partition) => !partition.number);
  const message = 'partitions without a number and partitions to be removed exclude each other';
  return errorIf(removes && chooses && message, place);
}

const guid = /^(|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$/;

const checkPartition: Rule<IgnitionPartition> = (partition, path) => {
  const { number, label, typeGuid, startMiB, sizeMiB, shouldExist } = partition;
  const others = [label, typeGuid || undefined, partition.guid || undefined, startMiB, sizeMiB];
  const described = others.some((value) => value !== undefined);
  return [
    ...errorIf(shouldExist === false && described && 'a removed partition has no fields', path),
    ...errorIf(
      !number && label === undefined && 'a partition needs a number above 0 or a label',
      path,
    ),
    ...errorIf(problemOfLabel(label), `${path}.label`),
    ...errorIf(!guid.test(partition.guid ?? '') && 'not a GUID', `${path}.guid`),
    ...errorIf(!guid.test(typeGuid ?? '') && 'not a GUID', `${path}.typeGuid`),
  ];
};

/** GPT has 36 code units for it; sgdisk separates its arguments with colons. */
function problemOfLabel(label = ''): string | false {
  if (Buffer.byteLength(label) > 36) return 'a partition label has at most 36 characters';
  return label.includes(':') && 'the label would end at its colon';
}
