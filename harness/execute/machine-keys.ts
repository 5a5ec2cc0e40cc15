/**
 * Forgets what is kept under keys that begin with a machine's name and a blank.
 */

/** When another machine of the same name takes its place. */
export function dropKeysOf(machine: string, keys: Map<string, unknown> | Set<string>): void {
  for (const key of [...keys.keys()]) if (key.startsWith(`${machine} `)) keys.delete(key);
}
