// Bodies of requests, received before a request takes a place: a sender has a time, a least speed and a size, and all
// bodies together have a memory.
import type { IncomingMessage } from 'node:http';
import { HTTPException } from 'hono/http-exception';
import { TooBusy } from './gate.js';

/** A body, and how to say that its memory is free again. */
export interface Received extends Disposable {
  readonly bytes: Uint8Array;
}

export interface IntakeOptions {
  /** Bytes of all bodies that are held together. */
  readonly mostBytes: number;
  /** Seconds until a body must be complete. */
  readonly seconds: number;
  /** Bytes a second that a sender must bring, measured over `window` seconds. */
  readonly leastRate: number;
}

/** Seconds over which the speed of a sender is measured. */
const window = 5;

interface Upload {
  fail(error: Error): void;
}

const mebibytes = (bytes: number) =>
  bytes >= 2 ** 20 ? `${Math.round(bytes / 2 ** 20)} MiB` : `${Math.round(bytes / 1024)} KiB`;

const tooLarge = (most: number) =>
  new HTTPException(413, { message: `the body is larger than ${mebibytes(most)}` });

export class Intake {
  readonly #options: IntakeOptions;
  /** Bodies that are still arriving, the oldest first. */
  readonly #uploads = new Set<Upload>();
  #held = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Bodies that are still arriving. */
  get receiving(): number {
    return this.#uploads.size;
  }

  /** Bytes of all bodies that arrive or wait. */
  get held(): number {
    return this.#held;
  }

  /**
   * All of a body.
   * @param most bytes that it may have
   * @throws {HTTPException} 413 for a larger one, 408 for one that comes too slowly; {TooBusy} where memory is short
   */
  receive(incoming: IncomingMessage, most: number): Promise<Received> {
    if (Number(incoming.headers['content-length'] ?? 0) > most) return Promise.reject(tooLarge(most));
    const { seconds, leastRate } = this.#options;
    const chunks: Buffer[] = [];
    let size = 0;
    return new Promise<Received>((resolve, reject) => {
      const upload: Upload = {
        fail: (error) => {
          end();
          this.#held -= size;
          reject(error);
        },
      };
      const slow = (how: string) =>
        upload.fail(new HTTPException(408, { message: `the body did not arrive in time: ${how}` }));
      const deadline = setTimeout(() => slow(`more than ${seconds} s`), 1000 * seconds);
      let before = 0;
      const speed = setInterval(() => {
        if (size - before < leastRate * window) slow(`less than ${mebibytes(leastRate)} a second`);
        else before = size;
      }, 1000 * window);
      const onData = (chunk: Buffer) => {
        size += chunk.length;
        this.#held += chunk.length;
        chunks.push(chunk);
        if (size > most) upload.fail(tooLarge(most));
        else if (this.#held > this.#options.mostBytes) this.#makeRoom(upload);
      };
      const onEnd = () => {
        end();
        const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
        let held = size;
        const free = () => {
          this.#held -= held;
          held = 0;
        };
        resolve({ bytes, [Symbol.dispose]: free });
      };
      const onClose = () => upload.fail(new HTTPException(400, { message: 'the connection broke' }));
      const end = () => {
        clearTimeout(deadline);
        clearInterval(speed);
        this.#uploads.delete(upload);
        incoming.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
        if (!incoming.readableEnded) incoming.on('error', () => undefined).pause(); // what follows is drained by the server, or cut off
      };
      this.#uploads.add(upload);
      incoming.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
      if (incoming.destroyed) onClose();
    });
  }

  /** Whoever has been sending for longest has had its chance. */
  #makeRoom(newest: Upload): void {
    for (const upload of this.#uploads) {
      if (this.#held <= this.#options.mostBytes) return;
      upload.fail(new TooBusy());
      if (upload === newest) return;
    }
  }
}
