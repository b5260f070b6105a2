// metrics.jsonl as it grows: every byte is read once, a line that is half written is left until its end has come.
import { type FileHandle, open, stat } from 'node:fs/promises';
import { MetricColumns, withDerived } from './metric-columns.js';

/** What is read at a time: what one piece leaves behind is collected before it grows old. */
const chunkBytes = 2 ** 18;
/** A line that is longer is no row of metrics: it is passed over without being kept. */
const longestLine = 2 ** 20;
/** What is read of the end before the rest, so that the table shows a run's last values at once. */
const tailBytes = 16 * 2 ** 10;

export class MetricsFile {
  readonly #path: string;
  #columns = new MetricColumns();
  #inode = -1;
  #size = 0;
  #offset = 0;
  #rest: Buffer = Buffer.alloc(0);
  #overlong = false;
  #broken = 0;
  #changedAt: number | null = null;
  #last: Readonly<Record<string, number>> = {};
  #bytesRead = 0;
  /** One reading at a time: no byte is taken twice. */
  #advancing: Promise<boolean> | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  get columns(): MetricColumns {
    return this.#columns;
  }

  get brokenLines(): number {
    return this.#broken;
  }

  /** Milliseconds since 1970; null where there is no file. */
  get changedAt(): number | null {
    return this.#changedAt;
  }

  /** Bytes of the file, read or not. */
  get size(): number {
    return this.#size;
  }

  /** True where bytes are there that were not read. */
  get behind(): boolean {
    return this.#offset < this.#size;
  }

  /** The last row, which is known before those between it and the first are read. */
  get last(): Readonly<Record<string, number>> {
    return this.#last;
  }

  /** All that was ever read, for tests of how often that is. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /**
   * Looks how large the file is. Where it is another file than before (a resumed run writes it anew) or has become
   * shorter, reading begins again. @returns whether anything changed
   */
  async look(): Promise<boolean> {
    const found = await stat(this.#path).catch(() => null);
    if (found === null || !found.isFile()) {
      const was = this.#changedAt !== null;
      this.#changedAt = null;
      this.#size = this.#offset; // nothing is left to read
      return was;
    }
    const anew = found.ino !== this.#inode || found.size < this.#offset;
    const changed = anew || found.size !== this.#size || found.mtimeMs !== this.#changedAt;
    if (anew) this.#restart(found.ino);
    this.#size = found.size;
    this.#changedAt = found.mtimeMs;
    if (anew && found.size > chunkBytes) await this.#readTail();
    return changed;
  }

  /** Reads what has come, at most a chunk of it. @returns whether rows were added */
  advance(): Promise<boolean> {
    this.#advancing ??= this.#advance().finally(() => {
      this.#advancing = null;
    });
    return this.#advancing;
  }

  async #advance(): Promise<boolean> {
    if (!this.behind) return false;
    const columns = this.#columns;
    const length = Math.min(chunkBytes, this.#size - this.#offset);
    const bytes = await this.#read(this.#offset, length);
    if (columns !== this.#columns) return true; // reading has begun again meanwhile
    if (bytes.length === 0) {
      this.#size = this.#offset; // it was cut meanwhile: the next look tells
      return false;
    }
    this.#offset += bytes.length;
    return this.#take(bytes);
  }

  #restart(inode: number): void {
    this.#inode = inode;
    this.#offset = 0;
    this.#rest = Buffer.alloc(0);
    this.#overlong = false;
    this.#broken = 0;
    this.#columns = new MetricColumns();
    this.#last = {};
  }

  async #read(position: number, length: number): Promise<Buffer> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.#path, 'r');
      const buffer = Buffer.allocUnsafe(length);
      const { bytesRead } = await file.read(buffer, 0, length, position);
      this.#bytesRead += bytesRead;
      return buffer.subarray(0, bytesRead);
    } catch {
      return Buffer.alloc(0);
    } finally {
      await file?.close();
    }
  }

  async #readTail(): Promise<void> {
    const bytes = await this.#read(this.#size - tailBytes, tailBytes);
    const lines = bytes.toString('utf8').split('\n').slice(1, -1);
    for (const line of lines.reverse()) {
      const row = rowIn(line);
      if (row === null) continue;
      this.#last = numbersOf(row);
      return;
    }
  }

  #take(bytes: Buffer): boolean {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = all.lastIndexOf(10) + 1;
    const whole = all.subarray(0, end);
    this.#rest = Buffer.from(all.subarray(end)); // a copy: the chunk itself is let go
    const before = this.#columns.length;
    if (end > 0) {
      const lines = whole.toString('utf8').split('\n');
      lines.pop();
      if (this.#overlong) {
        this.#overlong = false;
        lines.shift(); // the end of a line whose beginning was dropped
      }
      for (const line of lines) this.#takeLine(line);
    }
    if (this.#rest.length > longestLine) {
      if (!this.#overlong) this.#broken++;
      this.#overlong = true;
      this.#rest = Buffer.alloc(0);
    }
    return this.#columns.length > before;
  }

  #takeLine(line: string): void {
    if (line.trim() === '') return;
    const row = rowIn(line);
    if (row === null || !this.#columns.add(withDerived(row))) {
      this.#broken++;
      return;
    }
    if (!this.behind) this.#last = numbersOf(row);
  }
}

function rowIn(line: string): Record<string, unknown> | null {
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === 'object' && row !== null && !Array.isArray(row)
      ? (row as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function numbersOf(row: Record<string, unknown>): Record<string, number> {
  const numbers = Object.entries(withDerived(row)).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isFinite(entry[1]),
  );
  return Object.fromEntries(numbers);
}
