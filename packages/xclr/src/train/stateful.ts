// What the components of training have in common: each keeps its own state and can give and take it.

/** A component whose state a checkpoint keeps. `State` is plain JSON; tensors go into files of their own. */
export interface Stateful<State> {
  stateDict(): State;
  /** Takes the state of another session over, so that training resumes as if there had been no stop. */
  loadStateDict(state: State): void;
}

/** A component of whatever state. */
export type AnyStateful = { stateDict(): unknown; loadStateDict(state: never): void };
