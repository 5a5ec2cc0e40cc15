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
  type Scalar,
  visit,
  type YAMLParseError,
} from 'yaml';
import { YamlSyntaxError } from './yaml-error.js';

/** Whether an error is about what 1.1 allows: `\\'` in double quotes, a comment right after a token. */
export function isOlderSyntax({ code, pos }: YAMLParseError, text: string): boolean {
  const [at] = pos;
  if (code === 'BAD_DQ_ESCAPE') return text.startsWith("\\'", at);
  return code === 'MISSING_CHAR' && text[at] === '#';
}

/** Throws {@link YamlSyntaxError} at the first piece of newer syntax. */
export function refuseNewerSyntax(
  document: Document.Parsed,
  text: string,
  lines: LineCounter,
): void {
  visit(document, {
    Node: (_, node, path) => {
      const problem =
        problemOfName(node) ?? problemOfScalar(node as Scalar, inFlow(path.at(-1), path), text);
      if (problem === undefined) return;
      throw new YamlSyntaxError(problem, lines.linePos(node.range?.[0] ?? 0).line);
    },
  });
}

/** Whether a node is an item of a collection in brackets or braces; pairs are looked through. */
function inFlow(parent: unknown, path: readonly unknown[]): boolean {
  const holder = isMap(parent) || isSeq(parent) ? parent : path.at(-2);
  return (isMap(holder) || isSeq(holder)) && holder.flow === true;
}

function problemOfName(node: Node): string | undefined {
  const name = isAlias(node) ? node.source : (node as { readonly anchor?: string }).anchor;
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

/** `\\/` is new, and so are halves of surrogate pairs, as JSON writes them. */
function problemOfEscapes(source: string): string | undefined {
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
