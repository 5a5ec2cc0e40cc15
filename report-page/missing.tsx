/**
 * Says which files this page was made without, although the record names them.
 */

import type { PageData } from '../results/html/page-data.js';

interface Props {
  readonly data: PageData;
  /** Only of files whose path begins so. */
  readonly place: string;
}

/** Nothing when all were there. */
export function Missing({ data, place }: Props) {
  const missing = data.missing.filter((file) => file.startsWith(place));
  if (missing.length === 0) return null;
  return (
    <details class="note">
      <summary>
        {missing.length} of the files that the record names were not in the run's directory when
        this page was made
      </summary>
      <ul>
        {missing.map((file) => (
          <li key={file}>
            <code>{file}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
