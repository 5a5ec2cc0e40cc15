/**
 * Where YAML 1.2 and Butane's parser, which knows 1.1, disagree: what only the one has is refused,
 * what only the other has is let pass. Source: go-yaml v3, whose scanner is a port of libyaml's.
 */

import {
  type CST,
  type Document,
  isAlias,
  isMap,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
  type Scalar,
  visit,
  type YAMLParseError,
} from 'yaml';
import { placeIn } from './places.js';
import { YamlSyntaxError } from './yaml-error.js';

/**
 * Whether an error is about what 1.1 allows: `\\'` in double quotes, a comment right after a token;
 * or about a later key in brackets or braces, which the library takes for what it calls impossible.
 */
export function isOlderSyntax({ code, pos }: YAMLParseError, text: string): boolean {
  const [at] = pos;
  if (code === 'IMPOSSIBLE') return /^\s*[[{]/.test(text.slice(at));
  if (code === 'BAD_DQ_ESCAPE') return text.startsWith("\\'", at);
  return code === 'MISSING_CHAR' && text[at] === '#';
}

/** Throws {@link YamlSyntaxError} at the first piece of newer syntax. */
export function refuseNewerSyntax(
  document: Document.Parsed,
  text: string,
  lines: LineCounter,
): void {
  const refuse = (problem: string | undefined, offset = 0) => {
    if (problem !== undefined) throw new YamlSyntaxError(problem, placeIn(lines, offset));
  };
  visit(document, {
    Node: (_, node, path) => {
      const isInFlow = inFlow(path.at(-1), path);
      refuse(problemOfName(node) ?? problemOfScalar(node as Scalar, isInFlow, text), startOf(node));
    },
    Pair: (_, { key, srcToken }) => {
      const start = srcToken?.start?.find(isProperty)?.offset ?? startOf(key as Node | null);
      const sign = srcToken?.sep?.find(({ type }) => type === 'map-value-ind')?.offset;
      const isImplicit = !srcToken?.start?.some(({ type }) => type === 'explicit-key-ind');
      if (sign === undefined || !isImplicit) return;
      refuse(problemOfKey(srcToken, text.slice(start, sign)), sign);
    },
  });
}

function startOf(node: Node | null): number | undefined {
  return node?.range?.[0];
}

function isProperty({ type }: { readonly type: string }): boolean {
  return type === 'anchor' || type === 'tag';
}

/** A key that no `?` announces has some text, an anchor or a tag, and is on the line of its `:`. */
function problemOfKey(token: Pair['srcToken'], text: string): string | undefined {
  const isAbsent = !token?.key && !token?.start?.some(isProperty);
  if (isAbsent) return 'did not find expected key';
  return text.includes('\n') ? "did not find expected ',' or '}'" : undefined;
}

/** Whether a node is an item of a collection in brackets or braces; pairs are looked through. */
function inFlow(parent: unknown, path: readonly unknown[]): boolean {
  const holder = isMap(parent) || isSeq(parent) ? parent : path.at(-2);
  return (isMap(holder) || isSeq(holder)) && holder.flow === true;
}

function problemOfName(node: Node): string | undefined {
  const name = isAlias(node) ? node.source : (node as { readonly anchor?: string }).anchor;
  if (!isAlias(node) && (node as Scalar).tag?.includes('#')) {
    return 'did not find expected whitespace or line break';
  }
  const isOld = name === undefined || /^[0-9A-Za-z_-]+$/.test(name);
  return isOld ? undefined : 'did not find expected alphabetic or numeric character';
}

function problemOfScalar(node: Scalar, isInFlow: boolean, text: string): string | undefined {
  const token = node.srcToken as CST.FlowScalar | CST.BlockScalar | undefined;
  if (token?.type === 'double-quoted-scalar') return problemOfEscapes(token.source);
  if (token?.type === 'block-scalar') return problemOfBlock(token);
  if (token?.type !== 'scalar' || !isInFlow) return undefined;
  const after = text.slice(
    token.offset + token.source.length,
    token.offset + token.source.length + 2,
  );
  const isOld = !/^:|\?/.test(token.source) && !/^:[[{]/.test(after);
  return isOld ? undefined : "did not find expected ',' or '}'";
}

/** The library takes an escaped quote at the end of the text for the closing one. `\\/` is new, and so are halves of surrogate pairs, as JSON writes them. */
function problemOfEscapes(source: string): string | undefined {
  if (/(?<!\\)(\\\\)*\\"$/.test(source)) return 'found unexpected end of stream';
  if (/(?<!\\)(\\\\)*\\\//.test(source)) return 'found unknown escape character /';
  const half = /(?<!\\)(\\\\)*\\(u[dD][89a-fA-F]|U0000[dD][89a-fA-F])/;
  return half.test(source) ? 'found invalid Unicode character escape code' : undefined;
}

/** A tab can't be what a block's indentation is told by. */
function problemOfBlock({ source, props }: CST.BlockScalar): string | undefined {
  const header = props.find(({ type }) => type === 'block-scalar-header');
  const isTold = header?.type === 'block-scalar-header' && /[1-9]/.test(header.source);
  if (isTold || !/^( *\n)* *\t/.test(source)) return undefined;
  return 'found a tab character where an indentation space is expected';
}
