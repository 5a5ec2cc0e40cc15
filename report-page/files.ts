/**
 * The logs inside the file, unpacked when somebody looks.
 */

/** Resolves when the browser has read the whole file: the logs are behind the page. */
export async function isRead(): Promise<void> {
  if (document.readyState !== 'loading') return;
  await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve));
}

/** The bytes of the log in the element with this id. */
export async function fileBytes(id: string): Promise<Uint8Array> {
  await isRead();
  const base64 = document.getElementById(id)?.textContent ?? '';
  const packed = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The same as text. */
export async function fileText(id: string): Promise<string> {
  return new TextDecoder().decode(await fileBytes(id));
}

/** A picture as the page may show it: its policy allows `data:` and nothing that is fetched. */
export function pictureUrl(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 32_768) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 32_768)));
  }
  return `data:image/png;base64,${btoa(parts.join(''))}`;
}
