/**
 * Reads files of shell-like assignments: os-release, update.conf and Flatcar's release file. The
 * syntax is that of os-release(5): no expansion, and what is not an assignment is ignored.
 */

const assignment = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/;

/** Returns the values by name; when a name occurs twice the later one counts, as in a shell. */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, name, raw] = assignment.exec(line) ?? [];
    const value = raw === undefined ? undefined : unquote(raw.trim());
    if (name !== undefined && value !== undefined) values.set(name, value);
  }
  return values;
}

/** Undefined when quotes are not closed or something follows them. */
function unquote(raw: string): string | undefined {
  const single = /^'([^']*)'$/.exec(raw);
  if (single) return single[1];
  const double = /^"((?:[^"\\]|\\.)*)"$/.exec(raw);
  if (double) return double[1]?.replace(/\\(["\\$`])/g, '$1');
  return /^[^'"\s]*$/.test(raw) ? raw.replace(/\\(.)/g, '$1') : undefined;
}
