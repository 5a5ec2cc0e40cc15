/**
 * Reads YAML as Butane's parser does: the first document of a file, every scalar still as text.
 * What that parser refuses and this library lets pass is refused here too.
 */

import {
  Composer,
  type Document,
  isCollection,
  LineCounter,
  type ParsedNode,
  type YAMLParseError,
} from 'yaml';
import { placeIn } from './places.js';
import { rootSpot } from './spots.js';
import { Anchors } from './yaml-anchors.js';
import { YamlSyntaxError } from './yaml-error.js';
import { tokensOf } from './yaml-lexer.js';
import { isOlderSyntax, refuseNewerSyntax } from './yaml-newer.js';
import { refuseTabs } from './yaml-tabs.js';

/** The first document of a text. */
export interface YamlDocument {
  readonly text: string;
  readonly lines: LineCounter;
  /** Nothing at all where the text has no document. */
  readonly root: ParsedNode | null;
  readonly anchors: Anchors;
}

/** Parses the first document. Throws {@link YamlSyntaxError}. */
export function parseYaml(source: Uint8Array): YamlDocument {
  const text = decode(source);
  const lines = new LineCounter();
  const document = firstDocument(text, lines);
  if (!document) return { text, lines, root: null, anchors: new Anchors(null) };
  refuseOtherDirectives(document, text);
  const problem = firstProblem(document, text, lines);
  if (problem) {
    throw new YamlSyntaxError(problem.message, placeIn(lines, problem.pos[0]));
  }
  refuseTabs(text);
  refuseNewerSyntax(document, text, lines);
  const root = document.contents;
  const anchors = new Anchors(root);
  if (anchors.unknown) {
    const place = placeIn(lines, anchors.unknown.range?.[0] ?? 0);
    throw new YamlSyntaxError(
      `unknown anchor '${anchors.unknown.source}' referenced`,
      undefined,
      place,
    );
  }
  return { text, lines, root, anchors };
}

const options = {
  schema: 'failsafe',
  resolveKnownTags: false,
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
  keepSourceTokens: true,
} as const;

function firstDocument(text: string, lines: LineCounter): Document.Parsed | undefined {
  const composer = new Composer(options);
  const [document] = composer.compose(tokensOf(text, lines), false, text.length);
  return document as Document.Parsed | undefined;
}

function firstProblem(document: Document.Parsed, text: string, lines: LineCounter) {
  const { errors, contents } = document;
  const beyond = errors.find((error) => isAfterRoot(error, contents, text, lines));
  const end = beyond?.pos[0] ?? Number.POSITIVE_INFINITY;
  return errors.find((error) => error.pos[0] < end && !isOlderSyntax(error, text));
}

/**
 * Whether an error is about what follows the root: go-yaml reads one node and asks for one token
 * more, which only has to be one. A block goes on for what is not further to the left.
 */
function isAfterRoot(
  { code, pos: [at] }: YAMLParseError,
  root: ParsedNode | null,
  text: string,
  lines: LineCounter,
): boolean {
  if (root === null || code !== 'UNEXPECTED_TOKEN' || at < root.range[1]) return false;
  const { col } = lines.linePos(at);
  if (/^\.\.\. /.test(text.slice(at - col + 1, at))) return true;
  const isBlock = isCollection(root) && !root.flow;
  const hasEnded = !isBlock || col < lines.linePos(rootSpot(root).offset).col;
  return hasEnded && /^[^\s"'`@%|>&!]/.test(text.slice(at, at + 1));
}

/** Only YAML 1.1 may be declared, and no directive but `%YAML` and `%TAG`. */
function refuseOtherDirectives(document: Document.Parsed, text: string): void {
  for (const { 0: directive, index } of text.matchAll(/^%.*/gm)) {
    if (index > document.range[0]) return;
    const place = { line: text.slice(0, index).split('\n').length, column: 1 };
    const [name, version] = directive.split(/[ \t]+/, 2);
    if (name === '%YAML' && version !== '1.1') {
      throw new YamlSyntaxError('found incompatible YAML document', place);
    }
    if (name !== '%YAML' && name !== '%TAG') {
      throw new YamlSyntaxError('found unknown directive name', place);
    }
  }
}

/** Anything that YAML calls printable. */
const unprintable = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function decode(source: Uint8Array): string {
  const text = decodeUnicode(source);
  const found = unprintable.exec(text);
  if (found) {
    throw new YamlSyntaxError('control characters are not allowed');
  }
  return text.replaceAll(otherBreaks, '\n');
}

/** YAML 1.1 ends lines with these too: a carriage return alone, and NEL. Lengths stay the same. */
const otherBreaks = /\r(?!\n)|\x85/g;

/** UTF-8, or UTF-16 where a byte order mark says so. */
function decodeUnicode(source: Uint8Array): string {
  const mark = Buffer.from(source.subarray(0, 2)).toString('hex');
  const encoding = { fffe: 'utf-16le', feff: 'utf-16be' }[mark] ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(source);
  } catch {
    throw new YamlSyntaxError(`the text is not ${encoding.toUpperCase()}`);
  }
}
