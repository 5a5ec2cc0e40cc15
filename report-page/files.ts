/**
 * The logs inside the file, unpacked when somebody looks.
 */

/** The bytes of the log in the element with this id. */
export async function fileBytes(id: string): Promise<Uint8Array> {
  const base64 = document.getElementById(id)?.textContent ?? '';
  const packed = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The same as text. */
export async function fileText(id: string): Promise<string> {
  return new TextDecoder().decode(await fileBytes(id));
}
