/**
 * Turns the bytes of a serial port into lines of plain text: terminal escapes and carriage returns
 * are dropped (ECMA-48), the unfinished last line stays readable, since prompts have no newline.
 */

const escapeByte = String.raw`\u001b`;
const controlSequence = String.raw`${escapeByte}\[[0-?]*[ -/]*[@-~]`;
const operatingSystemCommand = String.raw`${escapeByte}\][^\u0007\u001b]*(?:\u0007|${escapeByte}\\)`;
const shortEscape = String.raw`${escapeByte}[ -/]*[0-Z\\^-~]`;
const otherControls = String.raw`[\u0000-\u0008\u000b-\u001f\u007f]`;
const noise = new RegExp(
  [controlSequence, operatingSystemCommand, shortEscape, otherControls].join('|'),
  'g',
);

/** Longer lines are cut here, so that a guest that never ends a line can't fill the memory. */
const maxLineLength = 16_384;

/** The text without escapes and control characters other than tab. */
export function plainText(text: string): string {
  return text.replace(noise, '');
}

/** Collects the output of one serial port. */
export class ConsoleText {
  readonly #decoder = new TextDecoder();
  #rest = '';

  /** The text after the last newline. */
  get unfinished(): string {
    return plainText(this.#rest);
  }

  /** Takes in bytes and returns the lines that they finish. */
  push(bytes: Uint8Array): string[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > maxLineLength) lines.push(...this.#takeRest());
    return lines.map(plainText);
  }

  /** Returns the unfinished line, if any, as a finished one: the port has closed. */
  end(): string[] {
    return this.#takeRest().map(plainText);
  }

  #takeRest(): string[] {
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }
}
