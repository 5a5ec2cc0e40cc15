/**
 * The files of an attempt, one at a time, the one with the first bad line first: consoles in a
 * terminal, pictures, everything else as text.
 */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { BadLine, EmbeddedFile, LeftOut } from '../results/html/page-data.js';
import { ConsoleView } from './console-view.js';
import { fileText } from './files.js';
import { size } from './format.js';
import { PictureView } from './picture-view.js';

interface LogsProps {
  readonly files: readonly EmbeddedFile[];
  readonly bad: BadLine | undefined;
}

/** The files, with buttons to choose one. */
export function Logs({ files, bad }: LogsProps) {
  const first = files.find(({ name }) => name === bad?.file) ?? files[0];
  const [open, setOpen] = useState(first?.id);
  const file = files.find(({ id }) => id === open);
  if (files.length === 0) return <p class="dim">no logs were kept</p>;
  return (
    <section>
      <h2>Logs</h2>
      <fieldset class="chips" aria-label="Logs">
        {files.map(({ id, name, sizeBytes }) => (
          <button
            key={id}
            type="button"
            class="chip"
            aria-pressed={id === open}
            onClick={() => setOpen(id)}
          >
            {name} <span class="dim">{size(sizeBytes)}</span>
          </button>
        ))}
      </fieldset>
      {file && leftOutNotes[file.leftOut] && <p class="note">{leftOutNotes[file.leftOut]}</p>}
      {file && <LogView key={open} file={file} bad={badLineIn(file, bad)} />}
    </section>
  );
}

const leftOutNotes = {
  nothing: undefined,
  middle: "The middle of this file is only in the run's directory.",
  end: "Only the beginning of this file is here: what came after is in the run's directory.",
} as const satisfies Record<LeftOut, string | undefined>;

/** A line that is known to be in one log is not marked in another that quotes it. */
function badLineIn({ name }: EmbeddedFile, bad: BadLine | undefined): BadLine | undefined {
  return bad && (bad.file === undefined || bad.file === name) ? bad : undefined;
}

interface LogProps {
  readonly file: EmbeddedFile;
  readonly bad: BadLine | undefined;
}

function LogView({ file, bad }: LogProps) {
  if (file.name.endsWith('console.log')) return <ConsoleView file={file} bad={bad} />;
  if (file.name.endsWith('.png')) return <PictureView file={file} />;
  return <TextView file={file} bad={bad} />;
}

function TextView({ file, bad: badLine }: LogProps) {
  const [text, setText] = useState('…');
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    void fileText(file.id).then(setText);
  }, [file.id]);
  const [before, bad, after] = splitAt(text, badLine?.text);
  const jump = () => scrollInside(mark.current);
  useEffect(() => {
    if (bad !== '') jump();
  }, [bad]);
  return (
    <>
      {bad !== '' && (
        <button type="button" onClick={jump}>
          to the first bad line
        </button>
      )}
      <pre class="file">
        {before}
        {bad !== '' && <mark ref={mark}>{bad}</mark>}
        {after}
      </pre>
    </>
  );
}

/** Only the log moves, not the page. */
function scrollInside(mark: HTMLElement | null): void {
  const box = mark?.parentElement;
  if (mark && box) box.scrollTop = mark.offsetTop - box.clientHeight / 3;
}

/** What is before the first line with the text, that line, and the rest. */
function splitAt(text: string, badText: string | undefined): readonly [string, string, string] {
  const wanted = badText?.split('\n')[0]?.trim() ?? '';
  const found = wanted === '' ? -1 : text.indexOf(wanted);
  if (found < 0) return [text, '', ''];
  const from = text.lastIndexOf('\n', found) + 1;
  const feed = text.indexOf('\n', found);
  const to = feed < 0 ? text.length : feed;
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}
