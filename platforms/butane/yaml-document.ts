/**
 * Reads YAML as Butane's parser does: the first document of a file, every scalar still as text.
 * What that parser refuses and this library lets pass is refused here too.
 */

import { Composer, type Document, LineCounter, type ParsedNode, Parser, visit } from 'yaml';

/** Text that is no YAML; `line` is from 1, or undefined where no line is known. */
export class YamlSyntaxError extends Error {
  readonly line: number | undefined;

  constructor(message: string, line?: number) {
    super(line === undefined ? message : `line ${line}: ${message}`);
    this.line = line;
  }
}

/** The first document of a text. */
export interface YamlDocument {
  readonly text: string;
  readonly lines: LineCounter;
  /** Nothing at all where the text has no document. */
  readonly root: ParsedNode | null;
}

/** Parses the first document. Throws {@link YamlSyntaxError}. */
export function parseYaml(source: Uint8Array): YamlDocument {
  const text = decode(source);
  const lines = new LineCounter();
  const document = firstDocument(text, lines);
  if (!document) return { text, lines, root: null };
  refuseOtherVersion(document, text);
  const [problem] = document.errors;
  if (problem) {
    throw new YamlSyntaxError(problem.message, lines.linePos(problem.pos[0]).line);
  }
  refuseSlashEscapes(document, lines);
  return { text, lines, root: document.contents };
}

const options = {
  schema: 'failsafe',
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
  keepSourceTokens: true,
} as const;

function firstDocument(text: string, lines: LineCounter): Document.Parsed | undefined {
  const composer = new Composer(options);
  const tokens = new Parser(lines.addNewLine).parse(text);
  const [document] = composer.compose(tokens, false, text.length);
  return document as Document.Parsed | undefined;
}

/** Only YAML 1.1 may be declared. */
function refuseOtherVersion(document: Document.Parsed, text: string): void {
  const declared = /^%YAML[ \t]+(\S+)/m.exec(text);
  if (!declared || document.range[0] < declared.index) return;
  if (declared[1] !== '1.1') {
    const line = text.slice(0, declared.index).split('\n').length;
    throw new YamlSyntaxError('found incompatible YAML document', line);
  }
}

/** `\\/` came with YAML 1.2. */
function refuseSlashEscapes(document: Document.Parsed, lines: LineCounter): void {
  visit(document, {
    Scalar: (_, { type, srcToken }) => {
      if (type !== 'QUOTE_DOUBLE' || srcToken?.type !== 'double-quoted-scalar') return;
      if (/(?<!\\)(\\\\)*\\\//.test(srcToken.source)) {
        throw new YamlSyntaxError('unknown escape \\/', lines.linePos(srcToken.offset).line);
      }
    },
  });
}

/** Anything that YAML calls printable, and a byte order mark at the start. */
const unprintable =
  /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;

function decode(source: Uint8Array): string {
  const text = decodeUtf8(source);
  const found = unprintable.exec(text);
  if (found) {
    throw new YamlSyntaxError('control characters are not allowed');
  }
  return text;
}

function decodeUtf8(source: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(source);
  } catch {
    throw new YamlSyntaxError('the text is not UTF-8');
  }
}
