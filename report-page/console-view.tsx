/**
 * The serial console as a terminal shows it, with the first bad line marked. Whatever the guest
 * printed moves this terminal's cursor only: no link of it opens, and nothing is typed back.
 */

import type { IDecoration, Terminal } from '@xterm/xterm';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { BadLine, EmbeddedFile } from '../results/html/page-data.js';
import { fileBytes } from './files.js';
import { endOfLine } from './find-line.js';
import { keepAllThatWasWritten, scrollScreensAway } from './keep-screens.js';
import { type Libraries, libraries } from './libraries.js';

interface Props {
  readonly file: EmbeddedFile;
  /** The line to mark; undefined marks nothing. */
  readonly bad: BadLine | undefined;
}

/** One console log; the terminal is made when the view is. */
export function ConsoleView({ file, bad: badLine }: Props) {
  const target = useRef<HTMLDivElement>(null);
  const [found, setFound] = useState<'none' | 'marked'>('none');
  const jump = useRef<() => void>(() => {});
  useEffect(() => {
    const element = target.current;
    if (!element) return;
    let terminal: Terminal | undefined;
    let isGone = false;
    void Promise.all([libraries(), fileBytes(file.id)]).then(async ([{ Terminal }, bytes]) => {
      if (isGone) return;
      const opened = openTerminal(element, Terminal);
      terminal = opened;
      const bad = await showAndMark(opened, bytes, badLine);
      if (isGone || bad === undefined) return;
      jump.current = () => opened.scrollToLine(Math.max(0, bad.marker.line - 6));
      jump.current();
      setFound('marked');
    });
    return () => {
      isGone = true;
      terminal?.dispose();
    };
  }, [file.id, badLine]);
  return (
    <div class="console">
      {found === 'marked' && (
        <button type="button" onClick={() => jump.current()}>
          to the first bad line
        </button>
      )}
      <div ref={target} class="serial" />
    </div>
  );
}

/** The usual red and blue of a terminal can hardly be read on a dark ground. */
const theme = {
  background: '#12151a',
  foreground: '#d8dee9',
  red: '#ff7b72',
  brightRed: '#ff9b93',
  blue: '#6cb1ff',
  brightBlue: '#8cc4ff',
};

function openTerminal(element: HTMLElement, Emulator: Libraries['Terminal']): Terminal {
  const terminal = new Emulator({
    cols: 132,
    rows: 30,
    scrollback: 100_000,
    scrollOnEraseInDisplay: true,
    convertEol: true,
    disableStdin: true,
    allowProposedApi: true,
    fontSize: 12,
    linkHandler: { activate: () => {} },
    theme,
  });
  keepAllThatWasWritten(terminal);
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type === 'keydown') scrollByKey(terminal, event);
    return false;
  });
  terminal.open(element);
  return terminal;
}

/** A terminal that got the keys itself would keep them all, and with Tab whoever has come to it. */
function scrollByKey(terminal: Terminal, event: KeyboardEvent): void {
  const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey;
  const scroll = isPlain ? scrolls[event.key] : undefined;
  if (scroll === undefined) return;
  event.preventDefault();
  scroll(terminal);
}

const scrolls: Readonly<Record<string, (terminal: Terminal) => void>> = {
  ArrowUp: (terminal) => terminal.scrollLines(-1),
  ArrowDown: (terminal) => terminal.scrollLines(1),
  PageUp: (terminal) => terminal.scrollPages(-1),
  PageDown: (terminal) => terminal.scrollPages(1),
  Home: (terminal) => terminal.scrollToTop(),
  End: (terminal) => terminal.scrollToBottom(),
};

async function write(terminal: Terminal, bytes: Uint8Array): Promise<void> {
  await new Promise<void>((resolve) => terminal.write(scrollScreensAway(bytes), resolve));
}

/** Writes all, stopping at the end of the bad line to remember which row that is. */
async function showAndMark(
  terminal: Terminal,
  bytes: Uint8Array,
  bad: BadLine | undefined,
): Promise<IDecoration | undefined> {
  const end = bad === undefined ? -1 : endOfLine(bytes, bad);
  if (end < 0) {
    await write(terminal, bytes);
    return undefined;
  }
  await write(terminal, bytes.subarray(0, end));
  const marker = terminal.registerMarker(0);
  await write(terminal, bytes.subarray(end));
  const options = { marker, width: terminal.cols, backgroundColor: '#571313' };
  return terminal.registerDecoration(options);
}
