/**
 * Refuses a config that Ignition would refuse, before a machine is started for it: in the guest the
 * same mistake costs a boot and ends in the emergency shell.
 */

import type { z } from 'zod';
import { UsageError } from '../../harness/base/errors.js';
import { inOneLine } from '../../harness/base/in-one-line.js';
import type { IgnitionConfig, IgnitionVersion } from '../../harness/model/ignition.js';
import type { ConfigProblem } from './config-problem.js';
import { checkRules } from './config-rules.js';
import { configSchema } from './config-schema.js';

const schemas = { '3.3.0': configSchema('3.3.0'), '3.4.0': configSchema('3.4.0') };

/** Returns the value as a config. Throws BAD_IGNITION (usage), which lists every problem by path. */
export function validateConfig(value: unknown): IgnitionConfig {
  const version = versionOf(value);
  const parsed = schemas[version].safeParse(value);
  if (!parsed.success) throw badIgnition(version, parsed.error.issues.flatMap(problemsOf));
  const config = value as IgnitionConfig;
  const problems = checkRules(config);
  if (problems.length > 0) throw badIgnition(version, problems);
  return config;
}

function versionOf(value: unknown): IgnitionVersion {
  const version = (value as { ignition?: { version?: unknown } } | null)?.ignition?.version;
  if (version === '3.3.0' || version === '3.4.0') return version;
  const seen = version === undefined ? 'is missing' : `is ${JSON.stringify(version)}`;
  const message = `Ignition config: $.ignition.version ${seen}; use "3.3.0" or "3.4.0"`;
  throw new UsageError('BAD_IGNITION', message);
}

function problemsOf(issue: z.core.$ZodIssue): readonly ConfigProblem[] {
  const path = ['$', ...issue.path.map(String)].join('.');
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({ path: `${path}.${key}`, message: 'unknown field' }));
}

function badIgnition(version: string, problems: readonly ConfigProblem[]): UsageError {
  const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  const next = `correct the Ignition fragment (spec ${version})`;
  const message = inOneLine(`Ignition config: ${list}; ${next}`);
  return new UsageError('BAD_IGNITION', message);
}
