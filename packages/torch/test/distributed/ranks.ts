// Runs rank.mjs in several processes that meet on this machine.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./rank.mjs', import.meta.url));

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface RankEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The JSON that it printed; null where it printed none. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the task gives
  readonly out: any;
  readonly err: string;
  /** Seconds from the start of all to its end. */
  readonly seconds: number;
}

export interface RankRun {
  readonly children: readonly ChildProcess[];
  /** In the order of the ranks. */
  readonly ends: Promise<RankEnd[]>;
}

/** Starts `size` ranks; those that `environment` names by rank get more variables. */
export async function startRanks(
  size: number,
  tasks: string,
  {
    environment = {},
    byRank = {},
  }: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly byRank?: Readonly<Record<number, Readonly<Record<string, string>>>>;
  } = {},
): Promise<RankRun> {
  const port = String(await freePort());
  const began = performance.now();
  const children = Array.from({ length: size }, (_, rank) =>
    spawn(process.execPath, [script, tasks], {
      stdio: 'pipe',
      env: {
        ...process.env,
        ...{ RANK: String(rank), LOCAL_RANK: String(rank) },
        ...{ WORLD_SIZE: String(size), LOCAL_WORLD_SIZE: String(size) },
        ...{ MASTER_ADDR: '127.0.0.1', MASTER_PORT: port, OMP_NUM_THREADS: '1' },
        ...environment,
        ...byRank[rank],
      },
    }),
  );
  const ends = children.map(async (child) => {
    let [out, err] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk;
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk;
    });
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal, out: parsed(out), err, seconds: (performance.now() - began) / 1000 };
  });
  return { children, ends: Promise.all(ends) };
}

/** The results of all ranks. */
export async function runRanks(...args: Parameters<typeof startRanks>): Promise<RankEnd[]> {
  return (await startRanks(...args)).ends;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
