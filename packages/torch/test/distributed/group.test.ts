// Two and four processes on this machine: collectives, gradients in buckets, normalization over all batches, refusals.
import { beforeAll, describe, expect, it } from 'vitest';
import { expectClose } from '../support.js';
import { freePort, type RankEnd, runRanks } from './ranks.js';

/** The largest difference, by the largest expected value. */
function off(got: readonly number[], expected: readonly number[]): number {
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...got.map((value, i) => Math.abs(value - expected[i]!))) / largest;
}

const size = 2;

describe('two processes', () => {
  let ends: RankEnd[] = [];

  beforeAll(async () => {
    ends = await runRanks(size, 'collectives,buckets,norm');
    for (const [rank, { out, err }] of ends.entries())
      expect(out?.error ?? '', `rank ${rank}: ${err}`).toBe('');
  });

  it('sum, take the largest, and have rank 1’s', () => {
    for (const { out, code } of ends) {
      expect(code).toBe(0);
      const sum = (size * (size + 1)) / 2;
      expect(out.collectives.sum).toEqual([sum, 10 * sum]);
      expect(out.collectives.most).toEqual([size - 1, 5]);
      expect(out.collectives.root).toEqual([12, 1]);
      expect(out.collectives.layout).toEqual(
        ends[0]!.out.collectives.layout.map((_: number, i: number) => i),
      );
    }
  });

  it('gather rows; their gradient sums what all ranks say, as finite differences do', () => {
    const rows = Array.from({ length: size }, (_, rank) =>
      [1, 2, 3, 4, 5, 6].map((value) => value + 10 * rank),
    );
    for (const { out } of ends) {
      expect(out.collectives.gathered).toEqual(rows.flat());
      // Central differences of a quadratic are exact but for rounding: 1e-16 · 1e3 / 1e-4.
      expectClose(out.collectives.gradient, out.collectives.differences, { relative: 0, absolute: 1e-7 });
    }
  });

  it('sum gradients in buckets: one process’s on all samples, in float64 to 1e-12', () => {
    for (const { out } of ends) {
      const { expected, got, accumulated } = out.buckets;
      for (const name of Object.keys(expected)) {
        if (name.startsWith('unused')) {
          expect([got[name], accumulated[name]], name).toEqual([null, null]);
          continue;
        }
        expect(off(got[name], expected[name]), name).toBeLessThan(1e-12);
        expect(off(accumulated[name], expected[name]), `accumulated ${name}`).toBeLessThan(1e-12);
      }
    }
  });

  it('start buckets while backward goes on, from the second step on', () => {
    for (const [rank, { out }] of ends.entries()) {
      const [first, ...later] = out.buckets.overlapped as number[];
      expect(first).toBe(0);
      // Rank 1 has all gradients; where the others lack some, their last bucket waits for the end.
      for (const count of later) expect(count).toBeGreaterThanOrEqual(rank === 1 ? 3 : 2);
      expect(out.buckets.traffic.messages).toBeGreaterThan(0);
    }
  });

  it('normalize by all batches, of different sizes, as one process does', () => {
    // In float32 by means around 100: the deviations have 1e-7 · 100 of rounding each. bfloat16 has 8 bits.
    const tolerances = { float32: 1e-4, float64: 1e-11, bfloat16: 0.02 };
    for (const { out } of ends) {
      for (const [dtype, tolerance] of Object.entries(tolerances)) {
        for (const [what, difference] of Object.entries(out.norm[dtype]))
          expect(difference, `${dtype} ${what}`).toBeLessThan(tolerance);
      }
    }
  });

  it('leave no tensor behind', () => {
    for (const { out } of ends) expect(out.leaked).toBe(0);
  });
});

// Each has processes and a port of its own, and mostly waits: all at once.
describe.concurrent('processes are refused', () => {
  const short = { GROUP_OPTIONS: JSON.stringify({ joinSeconds: 2 }) };
  const longer = { GROUP_OPTIONS: JSON.stringify({ joinSeconds: 30 }) };

  it('that are about to do something else, by what differs; nothing was exchanged', async () => {
    const records = {
      0: { RECORD: '{"batch":32,"data":{"name":"a"}}' },
      1: { RECORD: '{"batch":64,"data":{"name":"a"}}' },
    };
    const [zero, one] = await runRanks(2, 'collectives', { byRank: records });
    expect(one!.out.error).toMatch(
      /rank 1 \(host .*\) is about to do something else than rank 0 .*: batch is 64, not 32/,
    );
    expect(zero!.out.error).toMatch(/rank 1 \(host .*\) stopped: .*batch is 64, not 32/);
    expect([zero!.code, one!.code]).toEqual([75, 1]);
  });

  it('of another world size, and a second one of the same rank', async () => {
    const [zero, one] = await runRanks(2, 'collectives', {
      byRank: { 1: { WORLD_SIZE: '3' } },
      environment: longer,
    });
    expect(`${zero!.out.error}${one!.out.error}`).toMatch(
      /told of 2 processes, rank 1 of 3|told of 3 processes|did not come/,
    );
    expect([zero!.code, one!.code]).not.toContain(0);
    const twins = await runRanks(2, 'collectives', {
      byRank: { 1: { RANK: '0', TORCHELASTIC_USE_AGENT_STORE: 'True' } },
      environment: longer,
    });
    expect(twins.map(({ out }) => out.error).join()).toContain('two processes say that they are rank 0 of 2');
  });

  it('that wait for one who never comes: it is named after the time', async () => {
    const [zero] = await runRanks(1, 'collectives', { environment: { ...short, WORLD_SIZE: '2' } });
    expect(zero!.out.error).toMatch(
      /rank 1 of 2 did not come within 2 s; there are rank 0 \(host .*, process \d+\)/,
    );
    expect(zero!.code).toBe(75);
    const lost = {
      ...short,
      WORLD_SIZE: '2',
      RANK: '1',
      LOCAL_WORLD_SIZE: '',
      MASTER_PORT: String(await freePort()),
    };
    const [one] = await runRanks(1, 'collectives', { environment: lost });
    expect(one!.out.error).toMatch(/nobody answered at 127\.0\.0\.1, port \d+, within 2 s/);
    expect(one!.out.error).toContain('is this machine itself');
  });

  it('at a port that is in use', async () => {
    const { createServer } = await import('node:net');
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const { port } = server.address() as { port: number };
    const environment = { ...short, MASTER_PORT: String(port) };
    const [zero, one] = await runRanks(2, 'collectives', { environment });
    server.close();
    expect(zero!.out.error).toContain(`port ${port} of this machine is in use`);
    expect(one!.out.error).toMatch(/does not speak as this LibTorch does|nobody answered/);
  });

  it('that name a network interface which is not there', async () => {
    const [zero] = await runRanks(2, 'collectives', { environment: { GLOO_SOCKET_IFNAME: 'none0' } });
    expect(zero!.out.error).toContain('GLOO_SOCKET_IFNAME is "none0", and this machine has');
  });
});

describe.concurrent('when a process ends', () => {
  it('by an error, the others say whose and which, and end', async () => {
    const [zero, one] = await runRanks(2, 'forever', { environment: { VICTIM: '1', HOW: 'throw' } });
    expect(one!.out.error).toBe('the disk is full');
    expect(zero!.out.error).toMatch(/rank 1 \(host .*, process \d+\) stopped: the disk is full/);
    expect(zero!.code).toBe(75);
  });

  it('without a word, the others name it within seconds', async () => {
    const [zero, one] = await runRanks(2, 'forever', { environment: { VICTIM: '1', HOW: 'kill' } });
    expect(one!.signal).toBe('SIGKILL');
    expect(zero!.out.error).toMatch(/rank 1 \(host .*, process \d+\) does not answer any more/);
    expect(zero!.out.inquest).toBeLessThan(5000);
  });
});
