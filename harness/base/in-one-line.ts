/** Messages are one line each, also where a parser or another program says more. */

/** The text with its line breaks, and the blanks around them, as single blanks. */
export function inOneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
