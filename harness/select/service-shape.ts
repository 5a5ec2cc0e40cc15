/**
 * The shape of what a suite asks for on a machine's management network.
 */

import { z } from 'zod';

export const count = z.int().min(1);

/** Of TCP. */
export const port = z.int().min(1).max(65_535);

/** QEMU has 2 and 3 itself, the machine 15; the last is for all. */
const freeAddress = 'must be a free one of 10.0.2.0/24';

const address = z
  .string()
  .regex(/^10\.0\.2\.(?!15$)([4-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-4])$/, freeAddress);

/** Without directories. */
export const fileName = z.string().regex(/^[\w.-]+$/);

/** The shape of harness/model/services.ts `ServiceRequest`. */
export const service = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http'),
    address,
    port,
    files: z.record(z.string().startsWith('/'), z.string()),
    extras: z.record(z.string().startsWith('/'), z.string()).optional(),
    refusals: z.int().min(0).optional(),
    tls: z.strictObject({ certificate: z.string(), key: z.string() }).optional(),
  }),
  z.strictObject({
    kind: z.literal('omaha'),
    address,
    port,
    channels: z.string().startsWith('/').optional(),
  }),
  z.strictObject({
    kind: z.literal('tang'),
    address,
    port,
    keys: z.record(z.string().regex(/^[\w-]+\.jwk$/), z.string()),
  }),
  z.strictObject({
    kind: z.literal('tftp'),
    files: z.record(fileName, z.string()),
  }),
]);

/** Whether each listens at a place of its own; of TFTP there is one for all. */
export function haveOwnPlaces(services: readonly z.infer<typeof service>[]): boolean {
  const places = services.flatMap((one) => {
    return one.kind === 'tftp' ? [] : [`${one.address}:${one.port}`];
  });
  return new Set(places).size === places.length;
}
