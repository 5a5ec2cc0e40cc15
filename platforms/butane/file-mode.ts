/**
 * Tells a mode that was meant in octal and written in decimal.
 */

const permission = { read: 4, write: 2, execute: 1 } as const;

/** Whether a mode looks odd and its decimal digits, read as octal, do not. */
export function isDecimalMistake(mode: number, isDirectory: boolean): boolean {
  const meant = digitsAsOctal(mode);
  if (meant === undefined) return false;
  return !isTypical(mode, isDirectory) && isTypical(meant, isDirectory);
}

function digitsAsOctal(mode: number): number | undefined {
  const digits = String(mode);
  return mode <= 7777 && /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function isTypical(mode: number, isDirectory: boolean): boolean {
  if (mode === 0) return true;
  const [other, group, owner] = [mode & 7, (mode >> 3) & 7, (mode >> 6) & 7];
  const widest = other | group | owner;
  if (!isOrdered(0, other) || !isOrdered(other, group) || !isOrdered(other | group, owner)) {
    return false;
  }
  if (!(widest & permission.read)) return false;
  return isDirectory ? directoryBits(mode, widest) : fileBits(mode, widest);
}

/** Whether `closer` (owner before group before others) goes well with what the further ones may. */
function isOrdered(further: number, closer: number): boolean {
  if ((further & closer) !== further) return false;
  const executes = closer & permission.execute;
  if (executes && further & permission.read && !(further & permission.execute)) return false;
  return closer === 0 || Boolean(closer & permission.read);
}

function directoryBits(mode: number, widest: number): boolean {
  if (!(widest & permission.execute) || mode & 0o4000) return false;
  return !(mode & 0o3000) || Boolean(widest & permission.write);
}

function fileBits(mode: number, widest: number): boolean {
  if (mode & 0o1000) return false;
  return !(mode & 0o6000) || (Boolean(widest & permission.execute) && !(mode & 0o2));
}
