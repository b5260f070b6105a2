// Actions whose code is loaded when they run: help and bad flags need none of it.

/**
 * The action of a command, loaded by `load`. As commander calls it: with the arguments, the options and the command.
 */
export function lazily<Given extends readonly unknown[]>(
  load: () => Promise<(...given: Given) => void | Promise<void>>,
): (...given: Given) => Promise<void> {
  return async (...given) => {
    const act = await load();
    await act(...given);
  };
}
