// The error a user can act on: the command line prints it without a stack.

/** Thrown for bad input. `message` says operation, argument, expected and got; `remedy` says what to do. */
export class UserError extends Error {
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string) {
    super(remedy === undefined ? message : `${message}\n  → ${remedy}`);
    this.name = 'UserError';
    this.remedy = remedy;
  }
}
