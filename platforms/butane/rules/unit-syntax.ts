/**
 * Reads a unit file as go-systemd does, which Ignition validates with. Source: systemd.syntax(7).
 */

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

class Reader {
  readonly sections = new Set<string>();
  private at = 0;
  private section: string | undefined;

  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  read(): string | undefined {
    while (this.at < this.text.length) {
      const problem = this.step();
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  private step(): string | undefined {
    if (this.isLineTooLong()) return tooLong;
    const next = this.text[this.at] ?? '';
    if (next === '[') return this.readHeader();
    if (next === '#' || next === ';') return this.skipComment();
    const betweenSections = this.section === undefined;
    if (betweenSections || /\s/.test(next)) {
      this.at += 1;
      return undefined;
    }
    return this.readOption();
  }

  private readHeader(): string | undefined {
    const end = this.text.indexOf(']', this.at);
    if (end < 0) return 'a section header does not end';
    this.section = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    const rest = this.takeLine();
    return rest.trim() === '' ? undefined : 'there is something after a section header';
  }

  private skipComment(): undefined {
    for (;;) {
      const line = this.takeLine();
      if (!/\\ ?$/.test(line) || this.at >= this.text.length) return undefined;
    }
  }

  private readOption(): string | undefined {
    const name = /^[^=\r\n]*/.exec(this.text.slice(this.at))?.[0] ?? '';
    this.at += name.length;
    if (this.at >= this.text.length) return 'the last line is no option';
    if (this.text[this.at] !== '=') return 'a line is no option: it has no =';
    this.at += 1;
    for (;;) {
      if (this.isLineTooLong()) return tooLong;
      const line = this.takeLine();
      if (!line.endsWith('\\') || this.at >= this.text.length) break;
    }
    this.sections.add(this.section ?? '');
    return undefined;
  }

  /** Only where a line begins; the first byte of a file does not count, as in go-systemd. */
  private isLineTooLong(): boolean {
    if (this.at > 0 && !/[\r\n]/.test(this.text[this.at - 1] ?? '')) return false;
    const start = Math.max(this.at, 1);
    const [line = ''] = this.text.slice(start, start + lineLimit).split(/[\r\n]/, 1);
    return Buffer.byteLength(line) >= lineLimit;
  }

  /** The rest of the line without its end. */
  private takeLine(): string {
    const end = this.text.indexOf('\n', this.at);
    const line = this.text.slice(this.at, end < 0 ? undefined : end);
    this.at = end < 0 ? this.text.length : end + 1;
    return line;
  }
}

const tooLong = `a line is too long: shorten it to less than ${lineLimit} bytes`;
