/**
 * Numbers and times for people, where the other reports need none like them.
 */

/** A time since something began, with tenths, since much happens in a second: `5 min 23.4 s`. */
export function moment(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const tenths = Math.round(ms / 100);
  const seconds = `${((tenths % 600) / 10).toFixed(1)} s`;
  const minutes = Math.floor(tenths / 600);
  if (minutes === 0) return seconds;
  const inHour = `${minutes % 60} min ${seconds}`;
  return minutes < 60 ? inHour : `${Math.floor(minutes / 60)} h ${inHour}`;
}

/** `12 KiB`, `3.4 MiB`. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 2 ** 20) return `${Math.round(bytes / 1024)} KiB`;
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
