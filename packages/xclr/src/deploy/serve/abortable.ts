// Promises that end when a request is given up.

type Settle<T> = (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void;

/**
 * A promise that rejects with the signal's reason once it is aborted.
 * @param begin starts the work and returns what takes it back
 */
export function abortable<T>(signal: AbortSignal, begin: Settle<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    signal.throwIfAborted();
    const listening = new AbortController(); // a listener that stays would keep the work's memory
    const settled =
      <V>(settle: (value: V) => void) =>
      (value: V) => {
        listening.abort();
        settle(value);
      };
    const takeBack = begin(settled(resolve), settled(reject));
    const stop = () => {
      takeBack();
      reject(signal.reason);
    };
    if (!listening.signal.aborted)
      signal.addEventListener('abort', stop, { once: true, signal: listening.signal });
  });
}

/** Removes one element of a list, where it is in it. */
export function removeFrom<T>(list: T[], one: T): void {
  const place = list.indexOf(one);
  if (place >= 0) list.splice(place, 1);
}
