// Opening the store in which the processes meet: served by rank 0 (or by the launcher), asked for by the others.
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../error-message.js';
import { native } from '../native.js';
import type { Place } from './environment.js';
import { firstLine, GroupError, tryAgain } from './group-error.js';
import { isLoopback } from './network.js';

/** Between attempts to reach it, ms. */
const pause = 100;
/** How long one attempt may take, ms. */
const attempt = 5000;
/** How long a call of the store may take at most, ms; none has to wait for another process. */
const call = 30_000;

interface Waiting {
  readonly signal?: AbortSignal;
  readonly onWait?: (message: string) => void;
}

/**
 * Opens the store.
 * @param seconds to wait until somebody serves it
 * @returns the address at which it was found; null for who serves it
 */
export async function reachStore(
  { rank, host, port, served, restart, launcher }: Place,
  seconds: number,
  waiting: Waiting = {},
): Promise<string | null> {
  const serves = rank === 0 && !served;
  const found = serves ? null : await untilReachable(host, port, seconds, launcher, waiting);
  try {
    if (serves) await listenOnce(port);
    const limit = Math.min(call, Math.round(1000 * seconds));
    native.openStore(serves ? '127.0.0.1' : host, port, serves, `xclr/${restart}`, limit);
    native.storeAdd('visitors', 1);
    return found;
  } catch (error) {
    throw serves ? cannotServe(port, error) : cannotTalk(host, port, served, error);
  }
}

/** Connects and hangs up; LibTorch's own attempts would block the thread, and signals with it. */
async function untilReachable(
  host: string,
  port: number,
  seconds: number,
  launcher: string,
  { signal, onWait }: Waiting,
): Promise<string> {
  const began = performance.now();
  let told = false;
  for (;;) {
    const found = await tryOnce(host, port);
    if (!(found instanceof Error)) return found;
    const waited = performance.now() - began;
    if (waited > 1000 * seconds)
      throw new GroupError(
        `distributed training: nobody answered at ${host}, port ${port}, within ${seconds} s (${found.message})`,
        isLoopback(host)
          ? `${host} is this machine itself (${launcher}): if rank 0 runs on another, set MASTER_ADDR to its address. If it runs here, look at what it printed.`
          : 'Look at what rank 0 printed, and whether this machine reaches it on that port (MASTER_ADDR, MASTER_PORT, firewalls).',
        { exitCode: tryAgain },
      );
    if (!told && waited > attempt) {
      told = true;
      onWait?.(`waiting for rank 0 at ${host}, port ${port} …`);
    }
    await sleep(pause, undefined, { ...(signal && { signal }) });
  }
}

function tryOnce(host: string, port: number): Promise<string | Error> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ host, port });
    const done = (result: string | Error) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(attempt, () => done(new Error('no answer')));
    socket.once('error', done);
    socket.once('connect', () => done(socket.remoteAddress ?? host));
  });
}

/** Fails at once where the port is in use; LibTorch 2.x would try for as long as a call may take. */
function listenOnce(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, () => server.close(() => resolve()));
  });
}

function cannotServe(port: number, error: unknown): GroupError {
  const used = /EADDRINUSE|already in use/i.test(messageOf(error));
  return new GroupError(
    used
      ? `distributed training: port ${port} of this machine is in use, and rank 0 has to serve there`
      : `distributed training: rank 0 cannot serve at port ${port}: ${firstLine(error)}`,
    'Choose another MASTER_PORT, the same for all processes; a training that was left behind may still hold this one.',
    { cause: error },
  );
}

function cannotTalk(host: string, port: number, served: boolean, error: unknown): GroupError {
  return new GroupError(
    `distributed training: what answers at ${host}, port ${port}, does not speak as this LibTorch does: ${firstLine(error)}`,
    served
      ? 'The store is torchrun’s, and of another version of LibTorch: set TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1 for torchrun, and rank 0 serves its own.'
      : 'Another program may use that port: choose another MASTER_PORT. All processes need the same version of LibTorch.',
    { cause: error },
  );
}
