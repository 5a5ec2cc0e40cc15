/**
 * From which field of the Butane config a field of the Ignition config comes.
 */

/** Paths of one config by paths of the other; most are the same but for their spelling. */
export class Origins {
  private readonly exact = new Map<string, string>();
  private readonly below = new Map<string, string>();

  /** One field. */
  set(target: string, source: string): void {
    this.exact.set(target, source);
  }

  /** A field and everything in it, wherever nothing closer is known. */
  setAll(target: string, source: string): void {
    this.below.set(target, source);
  }

  /** A list whose items got other positions, none or several: what is known of them moves along. */
  rearrange(
    list: string,
    items: readonly unknown[],
    positions: readonly (readonly number[])[],
  ): void {
    const moved = items.flatMap((item, index) =>
      pathsIn(item).flatMap((path) => {
        const source = this.of(`${list}.${index}${path}`);
        return (positions[index] ?? []).map((at) => [`${list}.${at}${path}`, source] as const);
      }),
    );
    for (const key of [...this.exact.keys()]) {
      if (key.startsWith(`${list}.`)) this.exact.delete(key);
    }
    for (const [target, source] of moved) this.exact.set(target, source);
  }

  /** The field of the Butane config. */
  of(path: string): string {
    const exact = this.exact.get(path);
    if (exact !== undefined) return exact;
    for (let at = path.length; at > 0; at = path.lastIndexOf('.', at - 1)) {
      const source = this.below.get(path.slice(0, at));
      if (source !== undefined) return source;
    }
    return snakeCase(path);
  }
}

/** A value's own path, empty, and those of every field in it; the original forgets empty names. */
function pathsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [''];
  const known = Object.entries(value).filter(([key, child]) => key !== 'name' || child !== '');
  const inner = known.flatMap(([key, child]) => pathsIn(child).map((path) => `.${key}${path}`));
  return ['', ...inner];
}

/** `sizeMiB` is `size_mib`. */
function snakeCase(name: string): string {
  return name.replaceAll(/MiB|[A-Z]/g, (part) => `_${part.toLowerCase()}`);
}

/** `size_mib` is `sizeMiB`. */
export function camelCase(name: string): string {
  return name
    .replace(/_mib$/, 'MiB')
    .replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
