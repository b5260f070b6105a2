// The error that says why LibTorch or the addon is not there, and what to do about it.

/** `message` ends with the remedy; a command line prints it without a stack. */
export class LibtorchError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(`${message}\n  → ${remedy}`, options);
    this.name = 'LibtorchError';
    this.remedy = remedy;
  }
}
