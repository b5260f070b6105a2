// One request to a tracker, with a limit on its time and an error that says what came.

/** Milliseconds after which a service counts as not answering. */
const patience = 10_000;

export interface TrackerRequest {
  readonly url: string;
  readonly authorization: string | undefined;
  /** Sent as JSON by POST; a GET without. */
  readonly body?: unknown;
}

/** A service answered with an error status. */
export class RefusedRequest extends Error {
  readonly status: number;

  constructor(status: number, said: string) {
    super(`status ${status}${said === '' ? '' : `: ${said.slice(0, 200)}`}`);
    this.status = status;
  }
}

/** The answer's JSON. @throws {RefusedRequest} for an error status; fetch's own errors where nobody answers */
export async function request({ url, authorization, body }: TrackerRequest): Promise<unknown> {
  const answer = await fetch(url, {
    signal: AbortSignal.timeout(patience),
    headers: {
      'content-type': 'application/json',
      ...(authorization !== undefined && { authorization }),
    },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new RefusedRequest(answer.status, text.replace(/\s+/g, ' '));
  return text.trim() === '' ? {} : (JSON.parse(text) as unknown);
}
