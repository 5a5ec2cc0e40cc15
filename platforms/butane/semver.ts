/**
 * Version numbers as Butane and Ignition read them.
 */

/**
 * A version in its shortest form: `1.1.0` for `01.1.00`, `1.1.0-` and `1.1.0+`; undefined for what
 * has not three numbers. Source: go-semver, `Version.Set` and `Version.String`.
 */
export function canonicalVersion(text: string): string | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]*))?(?:\+([0-9A-Za-z.-]*))?$/.exec(text);
  if (!match) return undefined;
  const numbers = match.slice(1, 4).map((digits) => BigInt(digits));
  if (numbers.some((number) => number >= 2n ** 63n)) return undefined;
  const [prerelease, metadata] = [match[4] ?? '', match[5] ?? ''];
  return numbers.join('.') + (prerelease && `-${prerelease}`) + (metadata && `+${metadata}`);
}
