/**
 * Refuses tabs where Butane's parser takes only spaces: before the first token of a line and after
 * `-`, `?` and the `:` of a complex key, outside of brackets, braces and quotes. Source: go-yaml v3,
 * `yaml_parser_scan_to_next_token` and `yaml_parser_scan_plain_scalar`.
 */

import { CST } from 'yaml';
import type { Place } from './report.js';
import { YamlSyntaxError } from './yaml-error.js';
import { lexemesOf } from './yaml-lexer.js';

/** Throws {@link YamlSyntaxError} at the first such tab of the first document. */
export function refuseTabs(text: string): void {
  if (!text.includes('\t')) return;
  const scanner = new TabScanner();
  for (const { type, source } of piecesOf(text)) {
    if (isMark(type) && scanner.hasContent) break;
    scanner.take(type, source);
  }
  scanner.refusePending();
}

type Type = CST.TokenType | 'plain' | 'block-scalar' | null;

function isMark(type: Type): boolean {
  return type === 'doc-start' || type === 'doc-end';
}

/** The pieces of a text; what says how the next piece is to be read is left out. */
function* piecesOf(text: string): Generator<{ readonly type: Type; readonly source: string }> {
  let next: Type = null;
  let afterHeader = false;
  for (const source of lexemesOf(text)) {
    const type: Type = next ?? CST.tokenType(source);
    next = null;
    if (type === 'scalar') next = afterHeader ? 'block-scalar' : 'plain';
    if (type === 'block-scalar-header') afterHeader = true;
    if (type === 'block-scalar') afterHeader = false;
    if (type !== 'scalar' && type !== 'doc-mode' && type !== 'flow-error-end') {
      yield { type, source };
    }
  }
}

/** Follows a text by its pieces, as far as it decides on tabs; columns are from 0. */
class TabScanner {
  /** Whether the document has begun. */
  hasContent = false;

  private line = 1;
  private column = 0;
  private flowLevel = 0;
  /** The columns of the open block collections. */
  private readonly indents = [-1];
  /** Whether a key may begin here: there, tabs may not be. */
  private keyAllowed = true;
  private key: { readonly line: number; readonly column: number } | undefined;
  /** A tab that only a comment may follow. */
  private pending: Place | undefined;
  /** White space belongs to a plain scalar before it, or to a comment that a line began with. */
  private owner: 'plain' | 'comment' | undefined;

  take(type: Type, source: string): void {
    if (type === 'space') this.takeSpace(source);
    else if (type === 'newline') this.keyAllowed ||= this.flowLevel === 0;
    else if (type === 'comment') this.takeComment();
    else this.takeToken(type, source);
    this.advance(source);
  }

  private get indent(): number {
    return this.indents.at(-1) ?? -1;
  }

  refusePending(): void {
    if (this.pending !== undefined) refuse(this.pending);
  }

  private takeSpace(source: string): void {
    if (!source.includes('\t') || this.flowLevel > 0) return;
    if (!this.keyAllowed) return;
    if (this.owner === 'plain') this.checkIndentation(source, this.column, this.line);
    else if (this.owner === 'comment') this.pending ??= this.tabIn(source);
    else refuse(this.tabIn(source));
  }

  private tabIn(source: string): Place {
    return { line: this.line, column: this.column + source.indexOf('\t') + 1 };
  }

  private takeComment(): void {
    this.pending = undefined;
    this.owner = this.keyAllowed ? 'comment' : undefined;
  }

  private takeToken(type: Type, source: string): void {
    this.refusePending();
    this.owner = undefined;
    if (type === 'byte-order-mark' || type === 'directive-line') return;
    this.hasContent = true;
    if (type === 'flow-map-start' || type === 'flow-seq-start') this.startFlow(type);
    else if (type === 'flow-map-end' || type === 'flow-seq-end') this.flowLevel -= 1;
    else if (this.flowLevel === 0) this.takeBlockToken(type, source);
  }

  private startFlow(type: Type): void {
    if (this.flowLevel === 0) this.takeBlockToken(type, '');
    this.flowLevel += 1;
  }

  private takeBlockToken(type: Type, source: string): void {
    this.closeBlocks(isMark(type) ? -1 : this.column);
    if (type === 'seq-item-ind' || type === 'explicit-key-ind') this.openBlock(this.column, true);
    else if (type === 'map-value-ind') this.takeValueSign();
    else if (type === 'block-scalar') this.keyAllowed = true;
    else this.saveKey();
    if (type === 'plain') this.takePlain(source);
  }

  /** Lines after the first of a plain scalar are indented, too. */
  private takePlain(source: string): void {
    this.owner = 'plain';
    const [, ...lines] = source.split('\n');
    for (const [index, text] of lines.entries()) {
      this.checkIndentation(/^\s*/.exec(text)?.[0] ?? '', 0, this.line + index + 1);
    }
  }

  /** White space below a plain scalar: a tab may only follow enough spaces. */
  private checkIndentation(space: string, column: number, line: number): void {
    const at = space.indexOf('\t');
    if (at >= 0 && column + at <= this.indent) refuse({ line, column: column + at + 1 });
  }

  private takeValueSign(): void {
    if (this.key?.line === this.line) this.openBlock(this.key.column, false);
    else this.openBlock(this.column, true);
    this.key = undefined;
  }

  private saveKey(): void {
    if (this.keyAllowed) this.key = { line: this.line, column: this.column };
    this.keyAllowed = false;
  }

  private openBlock(column: number, keyAllowed: boolean): void {
    if (column > this.indent) this.indents.push(column);
    this.keyAllowed = keyAllowed;
  }

  private closeBlocks(column: number): void {
    while (this.indent > column) this.indents.pop();
  }

  private advance(source: string): void {
    const end = source.lastIndexOf('\n');
    this.line += source.split('\n').length - 1;
    this.column = end < 0 ? this.column + source.length : source.length - end - 1;
  }
}

function refuse(place: Place): never {
  throw new YamlSyntaxError('found a tab where only spaces may be: indent with spaces', place);
}
