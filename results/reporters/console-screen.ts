/**
 * Where the console reporter writes: lines that stay, and below them on a terminal one block that is
 * redrawn. It knows nothing of what they say.
 */

import { createLogUpdate } from 'log-update';

/** Where output goes; `process.stdout` and `process.stderr` fit. */
export type ConsoleStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** Somewhere to print lines for good, with or without a block that is redrawn below them. */
export interface Screen extends Disposable {
  print(lines: readonly string[]): void;
  redraw(block: () => readonly string[]): void;
}

/** A screen over a stream; one that is not live prints only. Dispose it to give the cursor back. */
export function makeScreen(stream: ConsoleStream, live: boolean): Screen {
  const print = (lines: readonly string[]) => {
    if (lines.length > 0) stream.write(`${lines.join('\n')}\n`);
  };
  if (!live) return { print, redraw: () => undefined, [Symbol.dispose]: () => undefined };
  const update = createLogUpdate(stream);
  let block: () => readonly string[] = () => [];
  const draw = () => {
    const lines = block();
    if (lines.length > 0) update(lines.join('\n'));
    else update.clear();
  };
  // Stopwatches must run although no event comes; the timer alone must not keep the process alive.
  const timer = setInterval(draw, 1000).unref();
  return {
    print: (lines) => {
      update.clear();
      print(lines);
    },
    redraw: (next) => {
      block = next;
      draw();
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
      update.clear();
      update.done();
    },
  };
}
