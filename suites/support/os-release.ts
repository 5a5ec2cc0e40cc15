/**
 * The fields of an os-release file, as a shell that sources it would see them (os-release(5)).
 */

import type { Guest } from '../../harness/model/machine.js';

const assignment = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/;

function unquote(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value.trim());
  const text = quoted?.[2] ?? value.trim();
  return quoted?.[1] === "'" ? text : text.replace(/\\(["$`\\])/g, '$1');
}

/** Parses `KEY=value` lines; comments and blank lines are dropped, a later line wins. */
export function parseAssignments(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = assignment.exec(line.trim()) ?? [];
    if (key !== undefined && value !== undefined) fields.set(key, unquote(value));
  }
  return fields;
}

/** The os-release of a machine. */
export async function osRelease(guest: Guest): Promise<ReadonlyMap<string, string>> {
  return parseAssignments(await guest.readFile('/etc/os-release'));
}
