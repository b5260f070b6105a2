// `xclr studio`: starts the page, prints its address, and ends with Ctrl-C.
import { randomBytes } from 'node:crypto';
import { openStudio } from '../studio/index.js';

export interface StudioFlags {
  readonly host: string;
  readonly port?: number;
  readonly allowHost?: string;
  /** False: --no-token. */
  readonly token: boolean;
  readonly out: string;
}

export async function studioCommand(places: readonly string[], flags: StudioFlags): Promise<void> {
  const studio = await openStudio(places.length === 0 ? ['runs'] : places, {
    host: flags.host,
    port: flags.port,
    token: flags.token ? randomBytes(16).toString('hex') : undefined,
    allowHosts: flags.allowHost?.split(',').map((name) => name.trim()),
    out: flags.out,
  });
  for (const { path, problem } of studio.runs.nothing) console.error(`note: ${path}: ${problem}`);
  console.log(studio.url);
  console.error('Open this address in a browser; Ctrl-C ends the studio.');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  await studio.close();
}
