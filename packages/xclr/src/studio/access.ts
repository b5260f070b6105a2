// Who may use the studio: the browser that was given its address, with the token in it.
import { timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { sha256 } from '../util/checksum.js';

const digest = (text: string) => Buffer.from(sha256(text));
const same = (a: string, b: string) => timingSafeEqual(digest(a), digest(b));

/**
 * The address with the token sets a cookie and leads to the one without, so that neither history nor referrers keep it.
 * Every other request must carry the cookie, or the token as a bearer.
 * @param port cookies are shared by all ports of a host: each studio has its own
 */
export function withToken(token: string, port: () => number): MiddlewareHandler {
  return async (c, next) => {
    const name = `xclr-studio-${port()}`;
    const given = c.req.query('token');
    if (c.req.path === '/' && given !== undefined && same(given, token)) {
      setCookie(c, name, token, { httpOnly: true, sameSite: 'Lax', path: '/' });
      return c.redirect('/', 302);
    }
    const bearer = /^bearer +(\S{1,1000}) *$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const carried = getCookie(c, name) ?? bearer;
    if (carried !== undefined && same(carried, token)) return next();
    return c.json(
      {
        error: carried === undefined && given === undefined ? 'a token is required' : 'the token is wrong',
        remedy: 'Open the address that `xclr studio` printed: it holds the token.',
      },
      401,
    );
  };
}
