// A typed client of `xclr serve`, for Node and browsers.
import type {
  ChangeAnswer,
  EmbedAnswer,
  HealthAnswer,
  ItemAnswer,
  SearchAnswer,
  SearchSettings,
} from './schemas.js';

/** Token and time-out of the client. */
export interface ClientOptions {
  readonly token?: string;
  /** How often a request that is turned away (429) is tried again, after the time that the server names; 3 by default. */
  readonly retries?: number;
  readonly fetch?: typeof fetch;
}

/** The server said no. */
export class ServerError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** What the server proposes. */
    readonly remedy?: string,
  ) {
    super(message);
  }
}

type Bytes = Uint8Array<ArrayBuffer> | Blob;
/** What a request carries: an image, or JSON, or nothing. */
type Content = { readonly image?: Bytes; readonly json?: unknown };

/** Speaks to a server that `xclr serve` runs. */
export class XclrClient {
  readonly #base: string;
  readonly #options: ClientOptions;

  /** @param base such as http://127.0.0.1:8080 */
  constructor(base: string, options: ClientOptions = {}) {
    this.#base = base.replace(/\/$/, '');
    this.#options = options;
  }

  health(): Promise<HealthAnswer> {
    return this.#ask('GET', '/health');
  }

  /** @param image the bytes of an image file */
  embed(image: Bytes): Promise<EmbedAnswer> {
    return this.#ask('POST', '/embed', { image });
  }

  searchImage(image: Bytes, settings: SearchSettings = {}): Promise<SearchAnswer> {
    return this.#ask('POST', `/search?${queryOf(settings)}`, { image });
  }

  searchId(id: string, settings: SearchSettings = {}): Promise<SearchAnswer> {
    return this.#ask('POST', '/search', { json: { ...settings, id } });
  }

  searchText(text: string, settings: SearchSettings = {}): Promise<SearchAnswer> {
    return this.#ask('POST', '/search', { json: { ...settings, text } });
  }

  /** Like an item, with variety. */
  recommend(id: string, settings: SearchSettings = {}): Promise<SearchAnswer> {
    return this.#ask('POST', '/recommend', { json: { ...settings, id } });
  }

  item(id: string): Promise<ItemAnswer> {
    return this.#ask('GET', itemPath(id));
  }

  /** A small WebP of an item's image. @throws {ServerError} 404 where no image file is known */
  async thumbnail(id: string): Promise<Blob> {
    return (await this.#request('GET', itemPath(id, '/thumbnail'))).blob();
  }

  /** Adds an item, or replaces it. */
  put(
    id: string,
    image: Bytes,
    { captions = [], columns = {} }: { captions?: readonly string[]; columns?: Record<string, string> } = {},
  ): Promise<ChangeAnswer> {
    const query = new URLSearchParams(captions.map((caption): [string, string] => ['caption', caption]));
    if (Object.keys(columns).length > 0) query.set('columns', JSON.stringify(columns));
    return this.#ask('PUT', itemPath(id, '', query), { image });
  }

  remove(id: string): Promise<ChangeAnswer> {
    return this.#ask('DELETE', itemPath(id));
  }

  async #ask<Answer>(method: string, path: string, content: Content = {}): Promise<Answer> {
    return (await (await this.#request(method, path, content)).json()) as Answer;
  }

  async #request(method: string, path: string, { image, json }: Content = {}): Promise<Response> {
    const { token, retries = 3, fetch: ask = fetch } = this.#options;
    const headers: Record<string, string> = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(image !== undefined && { 'content-type': 'application/octet-stream' }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
    };
    const body = image ?? (json === undefined ? undefined : JSON.stringify(json));
    for (let attempt = 0; ; attempt++) {
      const answer = await ask(`${this.#base}${path}`, {
        method,
        headers,
        ...(body !== undefined && { body }),
      });
      if (answer.ok) return answer;
      if (answer.status === 429 && attempt < retries) {
        await answer.body?.cancel();
        await new Promise((resolve) => {
          setTimeout(resolve, 1000 * Number(answer.headers.get('retry-after') ?? 1));
        });
        continue;
      }
      const { error = `the server answered ${answer.status}`, remedy } = (await answer
        .json()
        .catch(() => ({}))) as { error?: string; remedy?: string };
      throw new ServerError(answer.status, error, remedy);
    }
  }
}

/** The id in the query where a path cannot hold it: "." and ".." would be taken as steps through folders. */
function itemPath(id: string, part = '', query = new URLSearchParams()): string {
  const inQuery = id === '.' || id === '..';
  const all = inQuery ? new URLSearchParams([['id', id], ...query]) : query;
  return `${inQuery ? `/item${part}` : `/items/${encodeURIComponent(id)}${part}`}${all.size > 0 ? `?${all}` : ''}`;
}

function queryOf(settings: SearchSettings): URLSearchParams {
  return new URLSearchParams(
    Object.entries(settings).flatMap(([key, value]): [string, string][] =>
      value === undefined ? [] : [[key, String(value)]],
    ),
  );
}
