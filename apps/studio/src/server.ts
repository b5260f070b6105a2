// Questions to the studio's server.
import { useEffect, useState } from 'preact/hooks';
import type { ErrorAnswer } from '../../../packages/xclr/src/studio/wire.js';

async function answered(response: Response): Promise<Response> {
  if (response.ok) return response;
  const said = (await response
    .json()
    .catch(() => ({ error: `the server answered ${response.status}` }))) as ErrorAnswer;
  throw new Error(said.remedy === undefined ? said.error : `${said.error}. ${said.remedy}`);
}

export type Query = Readonly<Record<string, string | number | undefined>>;

export function urlOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  );
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}?${text}`;
}

export async function ask<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const response = await answered(await fetch(urlOf(path, query), signal === undefined ? {} : { signal }));
  return (await response.json()) as T;
}

/** @param body bytes, such as those of an image */
export async function askWith<T>(url: string, body: Blob, signal: AbortSignal): Promise<T> {
  return (await (await answered(await fetch(url, { method: 'POST', body, signal }))).json()) as T;
}

export async function send<T>(method: 'PUT' | 'POST', path: string, body: unknown): Promise<T> {
  const text = JSON.stringify(body);
  const response = await fetch(path, {
    method,
    body: text,
    keepalive: text.length < 16_000, // it arrives though the page is left at once; browsers refuse that to long ones
    headers: { 'content-type': 'application/json' },
  });
  return (await (await answered(response)).json()) as T;
}

export interface Asked<T> {
  readonly answer: T | null;
  readonly problem: string | null;
  readonly waiting: boolean;
}

/** Asks again whenever the question or `version` changes; the last answer stays until the next has come. */
export function useAnswer<T>(path: string | null, query: Query = {}, version: unknown = 0): Asked<T> {
  const [state, setState] = useState<Asked<T>>({ answer: null, problem: null, waiting: path !== null });
  const url = path === null ? null : urlOf(path, query);
  useEffect(() => {
    if (url === null) {
      setState({ answer: null, problem: null, waiting: false });
      return;
    }
    const controller = new AbortController();
    setState((before) => ({ ...before, waiting: true }));
    ask<T>(url, {}, controller.signal).then(
      (answer) => setState({ answer, problem: null, waiting: false }),
      (error: Error) => {
        if (!controller.signal.aborted)
          setState((before) => ({ ...before, problem: error.message, waiting: false }));
      },
    );
    return () => controller.abort();
  }, [url, version]);
  return state;
}
