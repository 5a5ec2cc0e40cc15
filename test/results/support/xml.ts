/**
 * A strict parser for the XML that reports use (XML 1.0, fifth edition, without DTDs, namespaces and
 * comments). It throws on anything that is not well formed.
 */

/** One element; `text` is that of the element itself, CDATA included. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface Draft extends XmlElement {
  readonly attributes: Record<string, string>;
  readonly children: Draft[];
  text: string;
}

/** Section 2.2: the characters that a document may hold at all. */
const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const token =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function decode(text: string): string {
  return text.replaceAll(/&([^;&]*);?/g, (whole, name: string) => {
    const number = /^#(x[0-9a-fA-F]+|[0-9]+)$/.exec(name)?.[1];
    const known = number ? String.fromCodePoint(Number(`0${number}`)) : entities[name];
    if (known === undefined || !whole.endsWith(';')) throw new Error(`bad reference ${whole}`);
    return known;
  });
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w:.-]+)="([^"]*)"/g)) {
    if (name in found) throw new Error(`attribute ${name} twice`);
    found[name] = decode(value);
  }
  return found;
}

/** The root element. */
export function parseXml(document: string): XmlElement {
  const bad = forbidden.exec(document);
  if (bad) throw new Error(`forbidden character U+${bad[0].codePointAt(0)?.toString(16)}`);
  const body = document.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>/, '');
  const top: Draft = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  token.lastIndex = 0;
  while (token.lastIndex < body.length) {
    const at = token.lastIndex;
    const match = token.exec(body);
    if (!match) throw new Error(`no markup and no text: ${body.slice(at, at + 60)}`);
    take(match, open);
  }
  const [root, ...more] = top.children;
  if (open.length > 1) throw new Error(`${open.at(-1)?.name} is never closed`);
  if (!root || more.length > 0 || top.text.trim() !== '') throw new Error('not one root element');
  return root;
}

function take(match: RegExpExecArray, open: Draft[]): void {
  const [, cdata, slash, name, attributes = '', selfClosing, text] = match;
  const current = open.at(-1);
  if (!current) throw new Error('markup after the root element');
  if (cdata !== undefined) current.text += cdata;
  else if (text?.includes(']]>')) throw new Error('`]]>` in text');
  else if (text !== undefined) current.text += decode(text);
  else if (slash) {
    if (current.name !== name) throw new Error(`</${name}> closes <${current.name}>`);
    open.pop();
  } else {
    const element = {
      name: name ?? '',
      attributes: attributesOf(attributes),
      children: [],
      text: '',
    };
    current.children.push(element);
    if (!selfClosing) open.push(element);
  }
}

/** All elements of that name, at any depth, in document order. */
export function findAll(root: XmlElement, name: string): XmlElement[] {
  const below = root.children.flatMap((child) => findAll(child, name));
  return root.name === name ? [root, ...below] : below;
}
