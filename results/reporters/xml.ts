/**
 * Writes XML 1.0 elements. Whatever the text is, the document stays well formed; what the elements
 * mean is the caller's.
 */

import { plainText } from './plain-text.js';

/** An element as it is written; made by {@link element} and {@link cdata} only. */
export type Xml = { readonly xml: string };

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

function attribute([name, value]: readonly [string, string | number]): string {
  const text = plainText(String(value)).replaceAll(/[&<>"\n\t]/g, (one) => escapes[one] ?? one);
  return ` ${name}="${text}"`;
}

/** An element with its attributes, without those that are undefined, and its children in order. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  children: readonly Xml[] = [],
): Xml {
  const present = Object.entries(attributes).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  );
  const head = `<${name}${present.map(attribute).join('')}`;
  if (children.length === 0) return { xml: `${head}/>` };
  return { xml: `${head}>${children.map(({ xml }) => xml).join('')}</${name}>` };
}

/** Text as a CDATA section, which takes as many bytes as the text has. */
export function cdata(text: string): Xml {
  return { xml: `<![CDATA[${plainText(text).replaceAll(']]>', ']]]]><![CDATA[>')}]]>` };
}

/** The document whose root is given, ending in a line feed. */
export function xmlDocument(root: Xml): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}\n`;
}
