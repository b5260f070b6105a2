// By which address a process listens: one that the others can reach, never one that means "here" to each of them.
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isLoopback, listening } from '../../src/distributed/network.js';

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  networkInterfaces: vi.fn(),
}));

const address = (text: string, internal = false) => ({
  ...{ address: text, netmask: '255.255.255.0', mac: '00:00:00:00:00:00', cidr: null, internal },
  family: 'IPv4' as const,
});
const interfaces = vi.mocked(networkInterfaces);
const lo = [address('127.0.0.1', true)];

beforeEach(() => interfaces.mockReturnValue({ lo, eth0: [address('10.0.0.7')] }));
afterEach(() => interfaces.mockReset());

const nowhere = { GLOO_SOCKET_IFNAME: undefined };
const atLoopback = { host: '127.0.0.1', rank: 1, foundAt: [], oneMachine: false };

describe('where rank 0 is asked for at the loopback address', () => {
  it('is that address where all processes are on one machine', async () => {
    const place = await listening({ ...atLoopback, oneMachine: true }, nowhere);
    expect(place).toEqual({ place: '127.0.0.1', byInterface: false });
  });

  it('is the address at which the others found this machine, or its only one, where there are several machines', async () => {
    interfaces.mockReturnValue({ lo, eth0: [address('10.0.0.7')], eth1: [address('10.1.0.7')] });
    const found = { ...atLoopback, rank: 0, foundAt: ['::ffff:10.1.0.7'] };
    expect((await listening(found, nowhere)).place).toBe('10.1.0.7');
    interfaces.mockReturnValue({ lo, eth0: [address('10.0.0.7')] });
    expect((await listening(atLoopback, nowhere)).place).toBe('10.0.0.7');
  });

  it('is refused where nobody could reach it, with what to set', async () => {
    interfaces.mockReturnValue({ lo, eth0: [address('10.0.0.7')], eth1: [address('10.1.0.7')] });
    const several = await listening(atLoopback, nowhere).catch((error: unknown) => error);
    expect(several).toMatchObject({
      message: expect.stringMatching(
        /processes run on several machines, but 127\.0\.0\.1 is the loopback address on this one, and it has several others \(10\.0\.0\.7, 10\.1\.0\.7\)/,
      ),
      remedy: expect.stringContaining('MASTER_ADDR'),
    });
    interfaces.mockReturnValue({ lo });
    await expect(listening(atLoopback, nowhere)).rejects.toThrow(/and it has no other/);
  });
});

it('GLOO_SOCKET_IFNAME names the interface, and one that is not there is refused', async () => {
  const named = (name: string) => listening(atLoopback, { GLOO_SOCKET_IFNAME: name });
  expect(await named('eth0')).toEqual({ place: 'eth0', byInterface: true });
  await expect(named('ib0')).rejects.toThrow('GLOO_SOCKET_IFNAME is "ib0", and this machine has lo, eth0');
});

it('knows loopback addresses', () => {
  for (const one of ['127.0.0.1', '127.0.1.1', '::1', 'localhost', '::ffff:127.0.0.1'])
    expect(isLoopback(one), one).toBe(true);
  for (const one of ['10.0.0.7', 'node-1', '128.0.0.1']) expect(isLoopback(one), one).toBe(false);
});
