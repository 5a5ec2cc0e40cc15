/**
 * Works on some of many things at once and gives the results in their order, so that what is slow in one
 * is done while the others go on, and no more results wait than are worked on.
 */

/** Throws what `work` throws, for the first of the things that it throws for. */
export async function* workAhead<T, R>(
  things: Iterable<T>,
  atOnce: number,
  work: (thing: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  for (const thing of things) {
    const result = work(thing);
    // Whoever takes the results stops at the first that failed.
    result.catch(() => undefined);
    running.push(result);
    if (running.length >= atOnce) yield (await running.shift()) as R;
  }
  for (const result of running) yield await result;
}
