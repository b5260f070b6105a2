// What can go wrong among processes that train together, for people.
import { messageOf } from '../error-message.js';

/** What a scheduler may take as "start it again": EX_TEMPFAIL of sysexits.h. */
export const tryAgain = 75;

/** `message` ends with the remedy; a command line prints it without a stack and ends with `exitCode`. */
export class GroupError extends Error {
  readonly remedy: string;
  readonly exitCode: number;

  constructor(
    message: string,
    remedy: string,
    { exitCode = 1, ...options }: ErrorOptions & { readonly exitCode?: number } = {},
  ) {
    super(`${message}\n  → ${remedy}`, options);
    this.name = 'GroupError';
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}

/** Without the mark by which native code says that the group, not this process, failed. */
export const firstLine = (error: unknown): string =>
  messageOf(error)
    .replace(/\bgroup: /, '')
    .split('\n')[0]!;
