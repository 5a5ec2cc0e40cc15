/**
 * The text of a scalar, as go-yaml v3 reads it where the library reads it otherwise: escapes of
 * YAML 1.1, and blocks that end without a line break or have nothing but white space.
 */

import { CST, type ParsedNode, Scalar } from 'yaml';

/** The text of a scalar, quotes and escapes resolved; plain scalars are never rewritten. */
export function textOf(node: ParsedNode): string {
  if (!(node instanceof Scalar)) return '';
  const token = node.srcToken as CST.FlowScalar | CST.BlockScalar | undefined;
  if (token?.type === 'double-quoted-scalar' && /\\['\r\n]/.test(token.source)) {
    return unquote(token);
  }
  const text = typeof node.value === 'string' ? node.value : (node.source ?? '');
  if (token?.type !== 'block-scalar') return text;
  if (/^[ \r\n]*$/.test(token.source)) return blankText(token);
  return isOpen(token) ? text.replace(/\n$/, '') : text;
}

/**
 * YAML 1.1 escapes single quotes, too; and after an escaped line break go-yaml keeps every empty
 * line, of which the library takes one for the break. What stands after the quotes was checked.
 */
function unquote(token: CST.FlowScalar): string {
  const source = token.source.replaceAll(escapes, (pair, blank?: string) => {
    if (blank !== undefined) return '\\n'.repeat(blank.split('\n').length - 1);
    return pair === "\\'" ? "'" : pair;
  });
  return CST.resolveAsScalar({ ...token, source, end: [] }).value;
}

/** An escaped line break with the empty lines after it and the next one's indentation, or a pair. */
const escapes = /\\(?:\r?\n((?:[ \t]*\r?\n)*)[ \t]*|[\s\S])/g;

/**
 * A block of white space only: what is beyond an indentation that its header tells is text, where
 * the library sees empty lines.
 */
function blankText(token: CST.BlockScalar): string {
  const header = headerOf(token);
  const lines = token.source.split(/\r?\n/);
  const told = indentationOf(token);
  const texts = lines.map((line) => (told === undefined ? '' : line.slice(told)));
  const last = texts.findLastIndex((text) => text !== '');
  const breaks = lines.length - 1 - Math.max(last, 0);
  const kept = header.includes('+') ? breaks : header.includes('-') || last < 0 ? 0 : 1;
  return texts.slice(0, last + 1).join('\n') + '\n'.repeat(Math.min(kept, breaks));
}

function headerOf({ props }: CST.BlockScalar): string {
  const header = props.find(({ type }) => type === 'block-scalar-header') as CST.SourceToken;
  return header.source;
}

/** The columns of indentation that the header tells; undefined if the first line does. */
function indentationOf(token: CST.BlockScalar): number | undefined {
  const told = /[1-9]/.exec(headerOf(token))?.[0];
  return told === undefined ? undefined : token.indent + Number(told);
}

/** Whether the last line of a block has no end, and something beyond the block's indentation. */
function isOpen(token: CST.BlockScalar): boolean {
  const lines = token.source.split('\n');
  const last = lines.at(-1) ?? '';
  const first = lines.find((line) => /[^ \r]/.test(line));
  return last.length > (indentationOf(token) ?? first?.search(/[^ ]/) ?? last.length);
}
