/**
 * The published schemas of the files that people write for the gate; those in docs/ are made from them.
 */

import { z } from 'zod';
import { candidateSchema } from './evidence-schema.js';
import { policySchema } from './policy-schema.js';
import { waiverSchema } from './waiver.js';

const schemas = {
  policy: { schema: policySchema, title: 'Switchyard gate: policy.yaml' },
  candidate: { schema: candidateSchema, title: 'Switchyard gate: candidates/VERSION.yaml' },
  waiver: { schema: waiverSchema, title: 'Switchyard gate: waivers/*.yaml' },
} as const;

/** What there is a schema of. */
export const publishedNames = Object.keys(schemas) as (keyof typeof schemas)[];

/** A JSON Schema (draft 2020-12) of the file as it is written, before defaults are filled in. */
export function publishedSchema(name: keyof typeof schemas): object {
  const { schema, title } = schemas[name];
  return { title, ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) };
}
