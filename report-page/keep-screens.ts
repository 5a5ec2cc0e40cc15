/**
 * Keeps in a terminal's scrollback all that was ever on its screen, whatever a guest does with it, and
 * in the order in which it was written: a console is read for what was said, and not for what was left
 * of it in the end.
 */

import type { Terminal } from '@xterm/xterm';

/** Both screens of a terminal, by the numbers of their modes: what is on the other one can't be seen. */
const otherScreen: readonly (number | number[])[] = [47, 1047, 1049];

/** The way to clear a screen that scrolls it away where `scrollOnEraseInDisplay` is on (xterm.js, ED). */
const scrollAway = '\u001b[2J\u001b[H';

/** As GRUB and EDK2 clear a screen: to its corner, perhaps with other colours, and all from there on. */
const clearFromCorner =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /\u001b\[0*1?(?:;0*1?)?[Hf]((?:\u001b\[[0-9;?]*[hlm])*)\u001b\[0*J/g;

/** The scroll region goes with a reset too; without it lines of the screen would be lost. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is looked for
const reset = /\u001bc/g;

/** U+200E, U+200F, U+2028 to U+202E and U+2066 to U+2069 in UTF-8 (Unicode TR 36, 3.2). */
const reorders = /\u00e2(?:\u0080[\u008e\u008f\u00a8-\u00ae]|\u0081[\u00a6-\u00a9])/g;

/** The bytes without marks that reorder text; where they clear the whole screen they scroll it away. */
export function scrollScreensAway(bytes: Uint8Array): Uint8Array {
  // No decoder: its `latin1` is Windows-1252, which does not give every byte back.
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 32_768) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 32_768)));
  }
  const text = parts.join('').replace(clearFromCorner, `${scrollAway}$1`);
  const kept = text.replace(reset, `\u001b[!p${scrollAway}`).replace(reorders, '');
  return Uint8Array.from(kept, (one) => one.charCodeAt(0));
}

/**
 * A console asks where the cursor is, makes links, erases, turns the page, changes the size, scrolls
 * parts of the screen, and fills it with `E`s. The whole screen alone it may erase: it is scrolled away.
 */
export function keepAllThatWasWritten({ parser }: Terminal): void {
  const ignore = () => true;
  const erasesOther = ([what]: (number | number[])[]) => what !== 2;
  const turnsThePage = (modes: (number | number[])[]) =>
    modes.some((one) => otherScreen.includes(one));
  parser.registerOscHandler(8, ignore);
  parser.registerEscHandler({ intermediates: '#', final: '8' }, ignore);
  parser.registerCsiHandler({ final: 'J' }, erasesOther);
  parser.registerCsiHandler({ prefix: '?', final: 'J' }, erasesOther);
  parser.registerCsiHandler({ final: 'r' }, ignore);
  parser.registerCsiHandler({ final: 't' }, ignore);
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, turnsThePage);
  parser.registerCsiHandler({ prefix: '?', final: 'l' }, turnsThePage);
}
