// By which address of this machine the other processes reach it: never one that means "here" to each of them.
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { GroupError } from './group-error.js';

/** What Gloo listens on: an interface by its name, or an address. */
export interface Listening {
  readonly place: string;
  readonly byInterface: boolean;
}

/** What is known of where the processes are. */
export interface Neighborhood {
  /** The address under which rank 0 is asked for. */
  readonly host: string;
  readonly rank: number;
  /** The addresses at which others found rank 0's machine. */
  readonly foundAt: readonly string[];
  /** Whether all processes run on one machine. */
  readonly oneMachine: boolean;
}

/** Whether an address, or a name without asking anybody, means this machine itself. */
export const isLoopback = (address: string): boolean =>
  /^(::ffff:)?127\./.test(address) || address === '::1' || address === 'localhost';

/** This machine's own addresses that others can reach. */
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ internal }) => !internal).map(({ address }) => address);
}

/** The address from which this machine would send to `host`; nothing is sent. */
async function addressTowards(host: string): Promise<string> {
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(9, address, resolve);
    });
    return socket.address().address;
  } finally {
    socket.close();
  }
}

/**
 * GLOO_SOCKET_IFNAME names the interface where it is set. Otherwise the address from which this machine reaches rank 0; on rank
 * 0's own machine the one at which the others found it.
 * @throws {GroupError} where processes are on several machines and only the loopback address is known
 */
export async function listening(
  { host, foundAt, oneMachine }: Neighborhood,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Listening> {
  const named = environment.GLOO_SOCKET_IFNAME?.split(',')[0]?.trim();
  if (named !== undefined && named !== '') {
    if (networkInterfaces()[named] !== undefined) return { place: named, byInterface: true };
    throw new GroupError(
      `distributed training: GLOO_SOCKET_IFNAME is "${named}", and this machine has ${Object.keys(networkInterfaces()).join(', ')}`,
      'Set it to the interface by which the machines reach each other, or leave it out.',
    );
  }
  const towards = await addressTowards(host).catch(() => '127.0.0.1');
  if (!isLoopback(towards)) return { place: towards, byInterface: false };
  // Debian has a machine's own name mean 127.0.1.1: the others know better.
  const own = ownAddresses();
  const found = foundAt.map((address) => address.replace(/^::ffff:/, '')).find((one) => own.includes(one));
  if (found !== undefined) return { place: found, byInterface: false };
  if (oneMachine) return { place: '127.0.0.1', byInterface: false };
  const [only] = own;
  if (only !== undefined && own.length === 1) return { place: only, byInterface: false };
  throw new GroupError(
    `distributed training: processes run on several machines, but ${host} is the loopback address on this one, and it has ${own.length === 0 ? 'no other' : `several others (${own.join(', ')})`}`,
    'Set MASTER_ADDR to the address of rank 0’s machine in the network, or GLOO_SOCKET_IFNAME to the interface to use.',
  );
}
