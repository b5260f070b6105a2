// The processes that train together: how they meet, agree, exchange tensors, and learn of each other's end.
//
// They meet in a store (TCPStore) and compare what they are about to do before the first collective, for Gloo ends the
// process where sizes differ. Until then every wait is asynchronous; later waits are native, and look after signals.
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../error-message.js';
import { native } from '../native.js';
import { type Tensor, wrap } from '../tensor.js';
import type { Place } from './environment.js';
import { firstLine, GroupError, tryAgain } from './group-error.js';
import { listening } from './network.js';
import { reachStore } from './reach-store.js';
import { differenceOf } from './records.js';

/** Times and signals of a group. */
export interface GroupOptions {
  /** Seconds to wait for processes that have not come. Default 600. */
  readonly joinSeconds?: number;
  /** Seconds that a collective may take: as long as the slowest step, validation or checkpoint. Default 600. */
  readonly collectiveSeconds?: number;
  /** Ends waiting for the others. */
  readonly signal?: AbortSignal;
  /** Hears once whom this process waits for. */
  readonly onWait?: (message: string) => void;
}

/** Who one of the processes is. */
interface Member {
  readonly host: string;
  readonly pid: number;
  readonly size: number;
  /** The address at which it found the store; null for who serves it. */
  readonly found: string | null;
}

/** What a process that stops leaves behind for the others. */
interface Ending {
  readonly rank: number;
  readonly message: string;
  /** False where it stops because another did. */
  readonly own: boolean;
}

/** Waits between looks at the store: short at first, for most wait for moments only. */
const firstPause = 5;
const longestPause = 100;
/** Waits longer than this are told. */
const momentMs = 5000;
/** How long a process looks for who it was that failed; rank 0, which often serves the store, stays a little longer. */
const inquestMs = 1500;

/** A group of processes; `meet` makes one. */
export class Group implements AsyncDisposable {
  readonly place: Place;
  readonly #options: GroupOptions;
  #members: readonly Member[] = [];
  #ended = false;

  private constructor(place: Place, options: GroupOptions) {
    this.place = place;
    this.#options = options;
  }

  get rank(): number {
    return this.place.rank;
  }

  get size(): number {
    return this.place.size;
  }

  /**
   * Waits until all processes are there. They have exchanged nothing yet: `connect` lets them.
   * @throws {GroupError} that names who is missing, or what is wrong with the meeting place
   */
  static async meet(place: Place, options: GroupOptions = {}): Promise<Group> {
    const group = new Group(place, options);
    try {
      const { rank, size } = place;
      const found = await reachStore(place, group.#seconds, options);
      if (native.storeAdd(`claim/${rank}`, 1) > 1)
        throw new GroupError(
          `distributed training: two processes say that they are rank ${rank} of ${size}`,
          'Give each process a RANK of its own. After a training that failed, choose another MASTER_PORT or end what still runs.',
        );
      const me: Member = { host: hostname(), pid: process.pid, size, found };
      native.storeSet(`here/${rank}`, JSON.stringify(me));
      await group.#await('here', (missing) => group.#absent(missing));
      group.#members = Array.from(
        { length: size },
        (_, other) => JSON.parse(native.storeGet(`here/${other}`)) as Member,
      );
      const odd = group.#members.findIndex((member) => member.size !== size);
      if (odd >= 0)
        throw new GroupError(
          `distributed training: rank ${rank} was told of ${size} processes, rank ${odd} of ${group.#members[odd]!.size}`,
          'Give all processes the same WORLD_SIZE.',
        );
      return group;
    } catch (error) {
      throw await group.end(error);
    }
  }

  /**
   * Compares what the processes are about to do, and opens the connections among them.
   * @param record what must be the same everywhere: settings, data, versions
   * @throws {GroupError} that names the first values that differ
   */
  async connect(record: Readonly<Record<string, unknown>>): Promise<void> {
    const { rank, size, host } = this.place;
    native.storeSet(`record/${rank}`, JSON.stringify(record));
    // Others may have captions to encode or data to read: they are waited for as long as they live.
    await this.#await('record', () => null);
    const first = JSON.parse(native.storeGet('record/0')) as Record<string, unknown>;
    const difference = differenceOf(first, JSON.parse(JSON.stringify(record)) as Record<string, unknown>);
    if (difference !== null)
      throw new GroupError(
        `distributed training: ${this.#name(rank)} is about to do something else than ${this.#name(0)}: ${difference}`,
        'Start all processes with the same settings, data and versions of xclr and LibTorch.',
      );
    const members = this.#members;
    const oneMachine = members.every((member) => member.host === members[0]!.host);
    const foundAt = rank === 0 ? members.flatMap(({ found }) => (found === null ? [] : [found])) : [];
    const { place, byInterface } = await listening({ host, rank, foundAt, oneMachine });
    native.storeSet(`same/${rank}`, '1');
    await this.#await('same', () => null); // one that differs has said so by now
    const timeout = Math.round(1000 * (this.#options.collectiveSeconds ?? 600));
    try {
      native.joinGroup(rank, size, timeout, place, byInterface);
    } catch (error) {
      throw new GroupError(
        `distributed training: ${this.#name(rank)}, listening at ${place}, could not connect to the others: ${firstLine(error)}`,
        'The machines must reach each other on all ports. GLOO_SOCKET_IFNAME names the network interface to use.',
        { cause: error },
      );
    }
  }

  /** The sum (or the largest) over the ranks, element by element, in place. Waits. */
  allReduce_(tensor: Tensor, op: 'sum' | 'max' = 'sum'): void {
    native.allReduce_(tensor.handle, op);
  }

  /** The tensor of rank `root`, in place. Waits. */
  broadcast_(tensor: Tensor, root = 0): void {
    native.broadcast_(tensor.handle, root);
  }

  /**
   * The rows of all ranks, (n, …) → (size · n, …); n must be the same everywhere. The gradient of a rank's rows is the sum of
   * what the losses of all ranks say of them. Waits, and so does its backward pass.
   */
  allGather(rows: Tensor): Tensor {
    return wrap(native.allGather(rows.handle));
  }

  /** What this process handed over since it connected. */
  traffic(): { readonly messages: number; readonly bytes: number } {
    const [messages, bytes] = native.groupTraffic();
    return { messages, bytes };
  }

  /** What moves tensors of the CPU and of CUDA: 'gloo', 'nccl', or '' for nothing. */
  backends(): { readonly cpu: string; readonly cuda: string } {
    const [cpu, cuda] = native.groupBackends();
    return { cpu, cuda };
  }

  /** Gives the others a text of this process's; they find it by `hear`. */
  tell(key: string, text: string): void {
    native.storeSet(`told/${key}/${this.rank}`, text);
  }

  /** What all processes told under a key, by rank. */
  async hear(key: string): Promise<string[]> {
    await this.#await(`told/${key}`, () => null);
    return Array.from({ length: this.size }, (_, rank) => native.storeGet(`told/${key}/${rank}`));
  }

  /**
   * Leaves, and tells the others why. What a collective threw is given its cause: who failed, and by what.
   * @returns the error to report instead of `error`
   */
  async end(error: unknown): Promise<unknown> {
    if (this.#ended) return error;
    this.#ended = true;
    const interrupted = isInterruption(error);
    const lost = /\bgroup: /.test(messageOf(error)) || error instanceof LeftAlone;
    let told = error;
    try {
      native.leaveGroup(true); // the others' collectives end at once
      native.storeTimeout(2000);
      this.#report({ rank: this.rank, message: messageOf(error), own: !lost });
      if (lost) told = this.#explained(error, await this.#inquest());
      else if (this.rank === 0) await this.#inquest();
    } catch {
      if (lost) told = this.#explained(error, []);
    }
    native.leaveGroup(false);
    if (interrupted)
      return new GroupError(
        'distributed training: interrupted while it waited for other processes',
        'Nothing was saved since the last checkpoint.',
        { exitCode: 130 },
      );
    return told;
  }

  /** Leaves when all is done. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.place.served && this.#members.length > 0) await this.#leaveTogether();
    native.leaveGroup(false);
  }

  /** The store ends with rank 0, so it waits a moment for those that still look something up. */
  async #leaveTogether(): Promise<void> {
    try {
      native.storeTimeout(2000);
      native.storeAdd('left', 1);
      if (this.rank !== 0) return;
      const began = performance.now();
      while (native.storeAdd('left', 0) < this.size && performance.now() - began < inquestMs)
        await sleep(firstPause);
    } catch {
      // Who served it has gone first.
    }
  }

  get #seconds(): number {
    return this.#options.joinSeconds ?? 600;
  }

  /** 'rank 1 (host gpu2, process 4711)' */
  #name(rank: number): string {
    const member = this.#members[rank];
    return member === undefined
      ? `rank ${rank}`
      : `rank ${rank} (host ${member.host}, process ${member.pid})`;
  }

  /**
   * Until every rank has a key under `topic`. Ends early where one of the others has failed.
   * @param late the error for those that are missing after the time to join, or null to wait on
   */
  async #await(topic: string, late: (missing: readonly number[]) => GroupError | null): Promise<void> {
    const began = performance.now();
    let pause = firstPause;
    let missing = Array.from({ length: this.size }, (_, rank) => rank);
    let told = false;
    for (;;) {
      missing = missing.filter((rank) => !native.storeHas(`${topic}/${rank}`));
      if (missing.length === 0) return;
      const [ending] = this.#endings();
      if (ending !== undefined) throw leftError(this.#name(ending.rank), ending.message);
      const waited = performance.now() - began;
      if (waited > 1000 * this.#seconds) {
        const error = late(missing);
        if (error !== null) throw error;
      }
      if (!told && waited > momentMs) {
        told = true;
        this.#options.onWait?.(
          `waiting for ${missing.map((rank) => this.#name(rank)).join(', ')} of ${this.size} …`,
        );
      }
      await sleep(pause, undefined, { ...(this.#options.signal && { signal: this.#options.signal }) });
      pause = Math.min(longestPause, 1.5 * pause);
    }
  }

  #absent(missing: readonly number[]): GroupError {
    const there = Array.from({ length: this.size }, (_, rank) => rank).filter(
      (rank) => !missing.includes(rank),
    );
    const who = there.map((rank) => {
      const { host, pid } = JSON.parse(native.storeGet(`here/${rank}`)) as Member;
      return `rank ${rank} (host ${host}, process ${pid})`;
    });
    const ranks = `${missing.length === 1 ? 'rank' : 'ranks'} ${missing.join(', ')}`;
    return new GroupError(
      `distributed training: ${ranks} of ${this.size} did not come within ${this.#seconds} s; there are ${who.join(', ')}`,
      `Look at what ${ranks} printed. They meet at ${this.place.host}, port ${this.place.port} (${this.place.launcher}).`,
      { exitCode: tryAgain },
    );
  }

  #report(ending: Ending): void {
    const number = native.storeAdd('endings', 1);
    native.storeSet(`ending/${number}`, JSON.stringify(ending));
  }

  #endings(): Ending[] {
    const count = native.storeAdd('endings', 0);
    const numbers = Array.from({ length: count }, (_, i) => i + 1);
    return numbers
      .filter((number) => native.storeHas(`ending/${number}`))
      .map((number) => JSON.parse(native.storeGet(`ending/${number}`)) as Ending);
  }

  /** What the others say; until one says that it was the cause, or there is nobody left to hear. */
  async #inquest(): Promise<Ending[]> {
    const began = performance.now();
    const limit = this.rank === 0 ? 1.5 * inquestMs : inquestMs;
    let heard: Ending[] = [];
    try {
      while (performance.now() - began < limit && heard.length < this.size) {
        heard = this.#endings();
        if (this.rank !== 0 && heard.some(({ own }) => own)) break;
        await sleep(firstPause);
      }
    } catch {
      // Who served the store has gone: what was heard before has to do.
    }
    return heard;
  }

  #explained(error: unknown, heard: readonly Ending[]): GroupError {
    const cause = heard.find(({ own }) => own);
    if (cause !== undefined && cause.rank !== this.rank)
      return leftError(this.#name(cause.rank), cause.message, error);
    const speak = new Set([this.rank, ...heard.map(({ rank }) => rank)]);
    const silent = this.#members.map((_, rank) => rank).filter((rank) => !speak.has(rank));
    const who =
      heard.length === 0 && !this.place.served && this.rank !== 0
        ? `${this.#name(0)}, which keeps the store, does not answer any more`
        : silent.length === 0
          ? 'the connection to the others was lost'
          : `${silent.map((rank) => this.#name(rank)).join(', ')} ${silent.length === 1 ? 'does' : 'do'} not answer any more`;
    return new GroupError(
      `distributed training: ${who} (${firstLine(error)})`,
      'Look at what it printed, and whether it was killed or its machine is cut off. All processes end; start them again with --resume.',
      { cause: error, exitCode: tryAgain },
    );
  }
}

/** Another process stopped first. */
class LeftAlone extends GroupError {}

const leftError = (who: string, message: string, cause?: unknown): GroupError =>
  new LeftAlone(
    `distributed training: ${who} stopped: ${message.split('\n')[0]}`,
    'All processes end with it. When its cause is removed, start them again with --resume.',
    { cause, exitCode: tryAgain },
  );

/** By a signal: seen by a native wait, or by one of ours. */
const isInterruption = (error: unknown): boolean =>
  /\binterrupted: /.test(messageOf(error)) || (error instanceof Error && error.name === 'AbortError');

/** Copies rank 0's tensors into every rank's: weights that began with the same seed, on machines that may round otherwise. */
export function broadcastAll(group: Group, tensors: Iterable<Tensor>): void {
  for (const tensor of tensors) group.broadcast_(tensor);
}
