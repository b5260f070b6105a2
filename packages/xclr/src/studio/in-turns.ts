// Work on disks, few at a time: what hangs gives its turn to the next, and nothing more is asked of its folder until it has answered.
import { dirname } from 'node:path';

/** Looks at a time: Node has four threads for files. */
const atOnce = 2;
/** What has not answered for so long hangs. */
const patienceMs = 2000;

interface Task {
  readonly path: string;
  readonly begin: () => void;
}

export class InTurns {
  readonly #waiting: Task[] = [];
  readonly #pending = new Map<string, Promise<unknown>>();
  /** Folders of which something is being looked at. */
  readonly #busy = new Set<string>();
  readonly #hanging = new Set<string>();
  #working = 0;

  /** One look at a path at a time: who asks meanwhile gets the same answer. */
  do<T>(path: string, look: () => Promise<T>): Promise<T> {
    const known = this.#pending.get(path);
    if (known !== undefined) return known as Promise<T>;
    const answer = new Promise<T>((resolve, reject) => {
      this.#waiting.push({ path, begin: () => this.#run(path, look).then(resolve, reject) });
    }).finally(() => this.#pending.delete(path));
    this.#pending.set(path, answer);
    this.#next();
    return answer;
  }

  /** True where something in the same folder has not answered in time. */
  hangs(path: string): boolean {
    return this.#hanging.has(dirname(path));
  }

  #next(): void {
    while (this.#working < atOnce) {
      const at = this.#waiting.findIndex(({ path }) => !this.#busy.has(dirname(path)));
      if (at < 0) return;
      this.#waiting.splice(at, 1)[0]!.begin();
    }
  }

  async #run<T>(path: string, look: () => Promise<T>): Promise<T> {
    const folder = dirname(path);
    let holdsTurn = true;
    const giveTurn = () => {
      if (holdsTurn) this.#working--;
      holdsTurn = false;
    };
    this.#busy.add(folder);
    this.#working++;
    const timer = setTimeout(() => {
      this.#hanging.add(folder);
      giveTurn();
      this.#next();
    }, patienceMs);
    try {
      return await look();
    } finally {
      clearTimeout(timer);
      giveTurn();
      this.#busy.delete(folder);
      this.#hanging.delete(folder);
      this.#next();
    }
  }
}
