// LibTorch's random generators as a component of training: they decide the first weights and drop out units.
import { type Device, getRngState, manualSeed, setRngState } from '@xclr/torch';
import type { Stateful } from './stateful.js';

export interface GeneratorState {
  /** State of LibTorch's CPU generator, base64. */
  readonly cpu: string;
  /** State of the GPU's generator, base64, in a run on a GPU. */
  readonly cuda?: string;
}

/**
 * There is one generator a process and device; data and views draw from counters instead and have no state (util/random.ts). A
 * run that is resumed on another kind of device draws there from the seed.
 */
export class Generator implements Stateful<GeneratorState> {
  readonly #gpu: Device | null;

  constructor(seed: number, device: Device = 'cpu') {
    manualSeed(seed);
    this.#gpu = device === 'cpu' ? null : device;
  }

  stateDict(): GeneratorState {
    return {
      cpu: encoded(getRngState()),
      ...(this.#gpu !== null && { cuda: encoded(getRngState(this.#gpu)) }),
    };
  }

  loadStateDict({ cpu, cuda }: GeneratorState): void {
    setRngState(decoded(cpu));
    if (this.#gpu !== null && cuda !== undefined) setRngState(decoded(cuda), this.#gpu);
  }
}

const encoded = (state: Uint8Array) => Buffer.from(state).toString('base64');
const decoded = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
