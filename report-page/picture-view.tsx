/**
 * A picture of a machine's screen.
 */

import { useEffect, useState } from 'preact/hooks';
import type { EmbeddedFile } from '../results/html/page-data.js';
import { fileBytes, pictureUrl } from './files.js';

/** Unpacked when it is shown. */
export function PictureView({ file }: { readonly file: EmbeddedFile }) {
  const [source, setSource] = useState<string>();
  useEffect(() => {
    void fileBytes(file.id).then((bytes) => setSource(pictureUrl(bytes)));
  }, [file.id]);
  return source === undefined ? <p>…</p> : <img class="screen" src={source} alt={file.name} />;
}
