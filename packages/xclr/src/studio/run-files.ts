// Small files of a run folder, read again only where they changed; whatever is in them is checked before it is used.
import { readFile, stat } from 'node:fs/promises';

/** Larger ones are not what the trainer writes. */
const largest = 16 * 2 ** 20;

/** A file whose content is parsed, and parsed again when it has changed. */
export class ParsedFile<T> {
  readonly #path: string;
  readonly #parse: (text: string) => T;
  #mark = '';
  #value: T | null = null;
  #problem: string | null = null;

  /** @param parse may throw: the file then has a problem and no value */
  constructor(path: string, parse: (text: string) => T) {
    this.#path = path;
    this.#parse = parse;
  }

  get value(): T | null {
    return this.#value;
  }

  /** Why there is no value though there is a file. */
  get problem(): string | null {
    return this.#problem;
  }

  /** @returns whether it changed */
  async look(): Promise<boolean> {
    const found = await stat(this.#path).catch(() => null);
    const mark = found === null ? '' : `${found.ino} ${found.size} ${found.mtimeMs}`;
    if (mark === this.#mark) return false;
    this.#mark = mark;
    this.#value = null;
    this.#problem = null;
    if (found === null) return true;
    try {
      if (!found.isFile()) throw new Error('it is no file');
      if (found.size > largest) throw new Error(`it has ${found.size} bytes`);
      this.#value = this.#parse(await readFile(this.#path, 'utf8'));
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    return true;
  }
}

export type Loose = Readonly<Record<string, unknown>>;

/** An object as it came, or an empty one. */
export function objectIn(value: unknown): Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

export function textIn(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function numberIn(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** @throws {Error} for JSON that is no object */
export function parseObject(text: string): Loose {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('expected a JSON object');
  return value as Loose;
}

/** The objects in JSON lines; what is not one is passed over. */
export function objectLines(text: string): Loose[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line.trim() === '' ? [] : [parseObject(line)];
    } catch {
      return [];
    }
  });
}

/** Where a run's data are, by its settings. */
export const dataPath = (config: Loose): string | null => textIn(objectIn(config.data).path);
