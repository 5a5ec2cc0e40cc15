/**
 * Which URLs Go's `net/url` parses, and their scheme: Ignition takes its word for it.
 */

import { isIPv6 } from 'node:net';

/** The scheme in lower case, empty if there is none; undefined if the text is no URL. */
export function parseUrl(
  text: string,
): { readonly scheme: string; readonly rest: string } | undefined {
  const [withoutFragment = ''] = text.split('#', 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are refused
  if (/[\x00-\x1f\x7f]/.test(withoutFragment)) return undefined;
  if (badEscape.test(text.slice(withoutFragment.length))) return undefined;
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(withoutFragment);
  if (!match) return withoutScheme(withoutFragment);
  const scheme = (match[1] ?? '').toLowerCase();
  const rest = match[2] ?? '';
  if (!rest.startsWith('/')) return { scheme, rest };
  return isHierarchy(rest) ? { scheme, rest } : undefined;
}

const badEscape = /%(?![0-9a-fA-F]{2})/;

function withoutScheme(text: string) {
  const [firstSegment = ''] = text.split(/[/?]/, 1);
  if (firstSegment.includes(':')) return undefined;
  return isHierarchy(text) ? { scheme: '', rest: text } : undefined;
}

function isHierarchy(rest: string): boolean {
  const [withoutQuery = ''] = rest.split('?', 1);
  const match = /^\/\/([^/]*)(.*)$/s.exec(withoutQuery);
  const authority = match?.[1] ?? '';
  const path = match ? (match[2] ?? '') : withoutQuery;
  return !badEscape.test(path) && isAuthority(authority);
}

function isAuthority(authority: string): boolean {
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? '' : authority.slice(0, at);
  if (!/^([A-Za-z0-9\-._:~!$&'()*+,;=@]|%[0-9a-fA-F]{2})*$/.test(user)) return false;
  const host = authority.slice(at + 1);
  if (host.startsWith('[')) return isIPv6(literal.exec(host)?.[1] ?? '');
  // Of the ASCII characters only these; escaped are bytes beyond ASCII, and the percent sign itself.
  return /^([A-Za-z0-9\-._~!$&'()*+,;=<>"\]]|[^\0-\x7f]|%25|%[89a-fA-F][0-9a-fA-F])*(:\d*)?$/.test(
    host,
  );
}

/** An address in brackets, its zone after an escaped percent sign, and a port: RFC 6874. */
const literal =
  /^\[([^%\]]*)(?:%25(?:[A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"]|[^\0-\x7f]|%2[05])+)?\](?::\d*)?$/;
