// Two processes on this machine: collectives, gradients in buckets, normalization over all batches, refusals. Four: group.slow.test.ts.
import { describe, expect, it } from 'vitest';
import { describeGroup } from './group-cases.js';
import { freePort, runRanks } from './ranks.js';

describeGroup(2);

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
