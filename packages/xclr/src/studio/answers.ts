// How requests are read and how failures become answers.
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import { UserError } from '../util/errors.js';
import type { ErrorAnswer } from './wire.js';

/** There is no such thing here. */
export class NotThere extends Error {}

/** @throws {UserError} that names each parameter that does not fit */
export function fitting<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the request'}: ${message}`,
  );
  throw new UserError(`studio: ${issues.join('; ')}`);
}

export function failed(error: Error, c: Context): Response {
  if (error instanceof NotThere) return c.json<ErrorAnswer>({ error: error.message }, 404);
  if (error instanceof HTTPException) return c.json<ErrorAnswer>({ error: error.message }, error.status);
  if (error instanceof UserError) {
    const [message = ''] = error.message.split('\n  → ');
    const { remedy } = error;
    return c.json<ErrorAnswer>({ error: message, ...(remedy !== undefined && { remedy }) }, 400);
  }
  console.error(`studio: ${c.req.path} failed:`, error);
  return c.json<ErrorAnswer>({ error: 'the studio failed; the terminal in which it runs says why' }, 500);
}
