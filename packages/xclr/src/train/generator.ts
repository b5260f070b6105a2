// LibTorch's random generator as a component of training: it decides the first weights and drops out units.
import { getRngState, manualSeed, setRngState } from '@xclr/torch';
import type { Stateful } from './stateful.js';

export interface GeneratorState {
  /** State of LibTorch's CPU generator, base64. */
  readonly cpu: string;
}

/** There is one generator a process; data and views draw from counters instead and have no state (util/random.ts). */
export class Generator implements Stateful<GeneratorState> {
  constructor(seed: number) {
    manualSeed(seed);
  }

  stateDict(): GeneratorState {
    return { cpu: Buffer.from(getRngState()).toString('base64') };
  }

  loadStateDict({ cpu }: GeneratorState): void {
    setRngState(new Uint8Array(Buffer.from(cpu, 'base64')));
  }
}
