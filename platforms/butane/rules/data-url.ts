/**
 * Which `data:` URLs decode. Source: RFC 2397 with the media types of RFC 2045, as Ignition's
 * decoder has them.
 */

const token = '[^\\s()<>@,;:\\\\"/[\\]?=\\x00-\\x1f\\x7f-\\uffff]';
const type = new RegExp(`^(${token}+)/(${token}*)`);
const registered = /^(text|image|audio|video|application|message|multipart|[xX]-)/;
const parameter = new RegExp(
  `^;(${token}+)(=(${token}+|"(\\\\[\\x00-\\x7f]|[^"\\\\\\x80-\\uffff])*"))?`,
);
const data = /^[!$-;=?-Z_a-z~]*$/;
const base64 = /^[A-Za-z0-9+/=]*$/;

/** Why a `data:` URL does not decode; undefined if it does. */
export function problemOfDataUrl(url: string): string | undefined {
  if (!url.startsWith('data:')) return 'the scheme must be in lower case: write data:';
  let rest = url.slice('data:'.length);
  if (!/^[;,]/.test(rest)) {
    const media = type.exec(rest);
    if (!media) return 'the media type has no slash';
    if (!registered.test(media[1] ?? '')) return 'unknown media type';
    rest = rest.slice(media[0].length);
  }
  const { isBase64, after } = skipParameters(rest);
  if (!after.startsWith(',')) return 'there is no comma before the data';
  return problemOfData(after.slice(1), isBase64);
}

function skipParameters(text: string): { isBase64: boolean; after: string } {
  let rest = text;
  for (;;) {
    const match = parameter.exec(rest);
    if (!match) return { isBase64: false, after: rest };
    const after = rest.slice(match[0].length);
    if (match[2] === undefined) {
      return { isBase64: true, after: match[1] === 'base64' ? after : '' };
    }
    rest = after;
  }
}

function problemOfData(text: string, isBase64: boolean): string | undefined {
  if (!isBase64) {
    if (!data.test(text)) return 'invalid character in the data';
    return /%(?![0-9a-fA-F]{2})/.test(text) ? 'invalid percent-encoding' : undefined;
  }
  if (!base64.test(text)) return 'invalid character in the data';
  const padded = text.length % 4 === 0 && /^[^=]*={0,2}$/.test(text);
  return padded ? undefined : 'illegal base64 data';
}
