/**
 * The keyboard of a machine, which a person at its screen has: text as the keys of a US layout (QEMU's
 * QMP reference, `send-key`; names of keys are those of `QKeyCode`).
 */

/** Keys that are pressed together. */
export type Chord = readonly string[];

const plain: Readonly<Record<string, string>> = {
  '\n': 'ret',
  ' ': 'spc',
  '-': 'minus',
  '=': 'equal',
  '[': 'bracket_left',
  ']': 'bracket_right',
  ';': 'semicolon',
  "'": 'apostrophe',
  '`': 'grave_accent',
  '\\': 'backslash',
  ',': 'comma',
  '.': 'dot',
  '/': 'slash',
};

/** With the shift key: what the others mean then. */
const shifted: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...')!@#$%^&*('].map((sign, digit) => [sign, String(digit)])),
  _: 'minus',
  '+': 'equal',
  '{': 'bracket_left',
  '}': 'bracket_right',
  ':': 'semicolon',
  '"': 'apostrophe',
  '~': 'grave_accent',
  '|': 'backslash',
  '<': 'comma',
  '>': 'dot',
  '?': 'slash',
};

/** The chords of a text, one for each character. Throws RangeError for one that is on no key. */
export function chordsOf(text: string): readonly Chord[] {
  return [...text].map((sign) => {
    if (/^[a-z0-9]$/.test(sign)) return [sign];
    if (sign === '\u0003') return ['ctrl', 'c'];
    if (/^[A-Z]$/.test(sign)) return ['shift', sign.toLowerCase()];
    const [key, other] = [plain[sign], shifted[sign]];
    if (key !== undefined) return [key];
    if (other !== undefined) return ['shift', other];
    throw new RangeError(`no key of a US keyboard has ${JSON.stringify(sign)}`);
  });
}

/** How long each is held: a person's finger would take as long, and guests lose what is faster. */
const holdMs = 40;

/** The parameters of `send-key` for a chord. */
export function sendKey(chord: Chord): Readonly<Record<string, unknown>> {
  return { keys: chord.map((data) => ({ type: 'qcode', data })), 'hold-time': holdMs };
}
