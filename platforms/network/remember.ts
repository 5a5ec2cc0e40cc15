/**
 * What is learned from guests, who may make it up without end.
 */

/** Sets an entry as the newest; beyond `most` entries the oldest is forgotten. */
export function remember<K, V>(entries: Map<K, V>, key: K, value: V, most: number): void {
  entries.delete(key);
  entries.set(key, value);
  if (entries.size <= most) return;
  const [oldest] = entries.keys();
  if (oldest !== undefined) entries.delete(oldest);
}
