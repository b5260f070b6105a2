// How requests are read and how failures become answers.
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { UserError } from '../../util/errors.js';
import { TooBusy } from './gate.js';

/** There is no such thing here. */
export class NotFound extends Error {}

/** The client has gone: nobody reads the answer. */
export class ClientGone extends Error {}

/**
 * One place where failures become answers; what is our fault is logged and told without its insides.
 * @param shown removes from a message what its reader should not learn
 */
export function answerTo(
  error: Error,
  c: Context,
  log: Logger,
  shown: (message: string) => string,
): Response {
  if (error instanceof TooBusy) {
    c.header('retry-after', '1');
    return c.json({ error: 'too many requests are waiting', remedy: 'Try again in a second.' }, 429);
  }
  if (error instanceof NotFound) return c.json({ error: error.message }, 404);
  if (error instanceof ClientGone) return c.json({ error: error.message }, 499 as 408);
  if (error instanceof HTTPException) {
    if (error.status === 408 || error.status === 413) c.header('connection', 'close'); // the rest of the body is not read
    return c.json({ error: error.message }, error.status);
  }
  if (error instanceof UserError) {
    const { remedy } = error;
    const [message = ''] = error.message.split('\n  → ');
    return c.json({ error: shown(message), ...(remedy !== undefined && { remedy: shown(remedy) }) }, 400);
  }
  log.error({ err: error, path: c.req.path }, 'failed');
  return c.json({ error: 'the server failed; its log says why' }, 500);
}

/** The content type without its parameters. */
export function contentType(c: Context): string {
  return (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
}

export function isJson(c: Context): boolean {
  return contentType(c) === 'application/json';
}

/** @throws {UserError} for text that is not JSON */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`that is not JSON: ${(error as Error).message}`);
  }
}

/** @throws {UserError} that names each field that does not fit */
export function parsed<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the request'}: ${message}`,
  );
  throw new UserError(issues.join('; '), 'See /openapi.json.');
}
