// Who may ask: the token, the names under which the server is reached, and the pages that may speak to it.
import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { Context, MiddlewareHandler } from 'hono';
import { sha256 } from '../../util/checksum.js';

const digest = (text: string) => Buffer.from(sha256(text));

/** Compares digests, so that neither length nor content shows in the time that it takes. */
export function carriesToken(c: Context, token: string): boolean | undefined {
  const given = /^bearer +(\S{1,1000}) *$/i.exec(c.req.header('authorization') ?? '')?.[1];
  return given === undefined ? undefined : timingSafeEqual(digest(given), digest(token));
}

/** Turns away what does not carry the token. */
export function authorized(token: string): MiddlewareHandler {
  return async (c, next) => {
    const carries = carriesToken(c, token);
    if (carries === true) return next();
    c.header('www-authenticate', 'Bearer');
    return c.json(
      {
        error: carries === undefined ? 'a token is required' : 'the token is wrong',
        remedy: 'Send it as Authorization: Bearer …',
      },
      401,
    );
  };
}

/** True for an address or name that only this machine reaches. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}

/** Name or address of a Host header, without its port. */
function nameOf(host: string): string {
  return host
    .replace(/:\d*$/, '')
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

/**
 * Turns away requests for a name that is not this server's. A page of another site can have its name resolve to this
 * machine and then read answers as if they were its own (DNS rebinding); it cannot do so with a bare address.
 * @param names further names, such as the one under which a proxy passes requests on
 */
export function expectedHost(names: readonly string[]): MiddlewareHandler {
  const known = new Set(['localhost', hostname().toLowerCase(), ...names.map((name) => name.toLowerCase())]);
  return async (c, next) => {
    const name = nameOf(c.req.header('host') ?? '');
    if (known.has(name) || isIP(name) !== 0) return next();
    return c.json(
      {
        error: `this server is not known as '${name.slice(0, 100)}'`,
        remedy: `Use its address, or start it with --allow-host ${name.slice(0, 100)}.`,
      },
      421,
    );
  };
}

/** Turns away requests of pages of other sites; those in `cors` may ask. */
export function expectedOrigin(cors: readonly string[]): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header('origin');
    const own = c.req.header('host')?.toLowerCase();
    const same = origin?.toLowerCase().replace(/^https?:\/\//, '') === own;
    if (origin === undefined || same || cors.includes('*') || cors.includes(origin)) return next();
    return c.json(
      { error: 'pages of this origin may not ask', remedy: 'Start the server with --cors and this origin.' },
      403,
    );
  };
}

/** Headers of every answer: nothing is sniffed, framed, or told to other sites. */
export function secured(cors: readonly string[]): MiddlewareHandler {
  const shared = cors.length > 0;
  return async (c, next) => {
    await next();
    const headers: Record<string, string> = {
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': shared ? 'cross-origin' : 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    };
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
    if (!c.res.headers.has('content-security-policy')) {
      c.res.headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
    }
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  };
}
