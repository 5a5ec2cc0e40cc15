/**
 * Reads a unit file as go-systemd does, which Ignition validates with. Source: systemd.syntax(7).
 */

import { ReadBuffer } from './read-buffer.js';

/** What a unit file has, or why it can't be read. */
export interface UnitFile {
  /** The sections that have at least one option. */
  readonly sections: ReadonlySet<string>;
  readonly problem?: string;
}

/** What systemd cuts a line off at, in bytes. */
const lineLimit = 2048;

/** Reads a unit file. */
export function readUnitFile(contents: string): UnitFile {
  const reader = new Reader(contents);
  const problem = reader.read();
  return { sections: reader.sections, ...(problem !== undefined && { problem }) };
}

/** Reads one thing and says what comes next; nothing after the end or a problem. */
type Step = (this: Reader) => Step | undefined;

class Reader {
  readonly sections = new Set<string>();
  private section = '';
  private problem: string | undefined;
  private readonly buffer: ReadBuffer;

  constructor(text: string) {
    this.buffer = new ReadBuffer(text);
  }

  read(): string | undefined {
    let next: Step | undefined = this.skipToSection;
    while (next) next = this.isLineTooLong() ? this.refuse(tooLong) : next.call(this);
    return this.problem;
  }

  private refuse(problem: string): undefined {
    this.problem = problem;
    return undefined;
  }

  private skipToSection(): Step | undefined {
    const next = this.buffer.take();
    if (next === undefined) return undefined;
    if (next === '[') return this.readHeader;
    return isComment(next) ? () => this.skipComment(this.skipToSection) : this.skipToSection;
  }

  private readHeader(): Step | undefined {
    const section = this.buffer.takeBefore(']');
    if (section === undefined) return this.refuse('a section header does not end');
    this.section = section;
    return this.endHeader;
  }

  private endHeader(): Step | undefined {
    if (blank.test(this.buffer.takeLine())) return this.readNext;
    return this.refuse('there is something after a section header');
  }

  private readNext(): Step | undefined {
    const next = this.buffer.peek();
    if (next === undefined) return undefined;
    if (next !== '[' && !isComment(next) && !blank.test(next)) return this.readName;
    this.buffer.take();
    if (next === '[') return this.readHeader;
    return isComment(next) ? () => this.skipComment(this.readNext) : this.readNext;
  }

  private skipComment(after: Step): Step {
    while (/\\ ?$/.test(this.buffer.takeLine()));
    return after;
  }

  private readName(): Step | undefined {
    for (;;) {
      const next = this.buffer.take();
      if (next === '=') return this.readValue;
      if (next === undefined) return this.refuse('the last line is no option');
      if (/[\r\n]/.test(next)) return this.refuse('a line is no option: it has no =');
    }
  }

  private readValue(): Step {
    if (this.buffer.takeLine().endsWith('\\')) return this.readValue;
    this.sections.add(this.section);
    return this.readNext;
  }

  /** Only as far as the text has been read ahead, which is not at all at its beginning. */
  private isLineTooLong(): boolean {
    const { ahead } = this.buffer;
    if (ahead.length < lineLimit) return false;
    return !ahead.subarray(0, lineLimit).some((byte) => byte === 0x0a || byte === 0x0d);
  }
}

function isComment(character: string): boolean {
  return character === '#' || character === ';';
}

/** White space as Go has it. */
const blank = /^(?:[^\S\ufeff]|\x85)*$/;

const tooLong = `a line is too long: shorten it to less than ${lineLimit} bytes`;
