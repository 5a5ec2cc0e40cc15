/**
 * Splits YAML into the pieces that the parser is fed with. What is in brackets, braces or quotes may
 * go on at any indentation, as in go-yaml v3, which looks at columns only outside of them.
 */

import { type CST, Lexer, type LineCounter, Parser } from 'yaml';

/** The pieces of a text, the library's control characters among them. */
export function lexemesOf(text: string): Generator<string, void> {
  return new LooseLexer().lex(text);
}

/** The tokens of a text; where its lines begin goes to `lines`. */
export function* tokensOf(text: string, lines: LineCounter): Generator<CST.Token, void> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of lexemesOf(text)) yield* parser.next(lexeme);
  yield* parser.end();
}

type Step = Generator<string, unknown>;

/** What the library's class has beside `lex`; its declaration keeps these to itself. */
interface Steps {
  indentNext: number;
  lex(text: string): Generator<string, void>;
  parseFlowCollection(): Step;
  parseQuotedScalar(): Step;
}

class LooseLexer extends (Lexer as unknown as new () => Steps) {
  override parseFlowCollection(): Step {
    return this.atAnyIndent(super.parseFlowCollection());
  }

  override parseQuotedScalar(): Step {
    return this.atAnyIndent(super.parseQuotedScalar());
  }

  /** A generator runs only when it is asked: by then no indentation is demanded. */
  private *atAnyIndent(step: Step): Step {
    const indent = this.indentNext;
    this.indentNext = 0;
    const next = yield* step;
    this.indentNext = indent;
    return next;
  }
}
