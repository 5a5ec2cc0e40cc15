/**
 * YAML files of people: policies, waivers, candidates. A file is read as a whole or refused.
 */

import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { UsageError } from '../../harness/base/errors.js';

/** What the file is called in errors, and the code of those errors. */
export interface YamlSource {
  readonly where: string;
  readonly code: string;
}

/**
 * Parses and checks a text. Throws an error of kind usage with the source's code that names every
 * problem with its place.
 */
export function parseYaml<T>(text: string, schema: z.ZodType<T>, { where, code }: YamlSource): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const problems = [...document.errors, ...document.warnings].map(({ message, pos: [start] }) => {
    const { line, col } = lines.linePos(start);
    return `line ${line}, column ${col}: ${message.split('\n')[0]}`;
  });
  if (problems.length > 0) throw new UsageError(code, `${where}: ${problems.join('; ')}`);
  const result = schema.safeParse(contentsOf(document, { where, code }));
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => {
    return path.length === 0 ? message : `${path.join('.')}: ${message}`;
  });
  throw new UsageError(code, `${where}: ${wrong.join('; ')}`);
}

function contentsOf(document: ReturnType<typeof parseDocument>, source: YamlSource): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new UsageError(source.code, `${source.where}: ${reason}`);
  }
}
