/**
 * The shape of what a suite asks for on a machine's management network.
 */

import { z } from 'zod';

export const count = z.int().min(1);

const address = z
  .string()
  .regex(/^10\.0\.2\.(?!2$|3$|15$)\d+$/, 'must be a free one of 10.0.2.0/24');

/** Without directories. */
export const fileName = z.string().regex(/^[\w.-]+$/);

/** The shape of harness/model/services.ts `ServiceRequest`. */
export const service = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http'),
    address,
    port: count,
    files: z.record(z.string().startsWith('/'), z.string()),
    extras: z.record(z.string().startsWith('/'), z.string()).optional(),
    refusals: z.int().min(0).optional(),
    tls: z.strictObject({ certificate: z.string(), key: z.string() }).optional(),
  }),
  z.strictObject({
    kind: z.literal('omaha'),
    address,
    port: count,
    channels: z.string().startsWith('/').optional(),
  }),
  z.strictObject({
    kind: z.literal('tang'),
    address,
    port: count,
    keys: z.record(z.string().regex(/^[\w-]+\.jwk$/), z.string()),
  }),
  z.strictObject({
    kind: z.literal('tftp'),
    files: z.record(fileName, z.string()),
  }),
]);
