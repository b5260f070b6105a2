// What the plan of a large training rests on: numbers that were measured or counted, each with its source.

/** A number with the place that it comes from. */
export interface Sourced {
  readonly value: number;
  readonly source: string;
}

/** An encoder at a view size whose step was measured. */
export interface MeasuredEncoder {
  readonly encoder: string;
  /** Side of a view in pixels. */
  readonly size: number;
  /** Views a second of the step alone (forward, loss, backward, update) on one H100 in bfloat16. */
  readonly stepRate: Sourced;
  /** Numbers that are trained, projector included. */
  readonly parameters: number;
  /** Bytes of activations a view in bfloat16, as xclr's memory estimate counts them layer by layer. */
  readonly activationBytes: number;
  /** Channels of all batch normalizations, the projector's included. */
  readonly normChannels: number;
}

const h100 = (row: string, value: number): Sourced => ({
  value,
  source: `docs/results/gpu/device-step.json, ${row}: one H100, alone`,
});

/** @internal */
export const measuredEncoders: readonly MeasuredEncoder[] = [
  {
    encoder: 'resnet18',
    size: 64,
    stepRate: h100('resnet18-64px-bfloat16-512', 55_537),
    parameters: 11_505_216,
    activationBytes: 1_076_480,
    normChannels: 4_800 + 512,
  },
  {
    encoder: 'resnet50',
    size: 64,
    stepRate: h100('resnet50-64px-bfloat16-512', 26_199),
    parameters: 27_968_576,
    activationBytes: 3_903_744,
    normChannels: 26_560 + 2_048,
  },
  {
    encoder: 'resnet50',
    size: 224,
    stepRate: h100('resnet50-224px-bfloat16-256', 3_829),
    parameters: 27_968_576,
    activationBytes: 47_679_744,
    normChannels: 26_560 + 2_048,
  },
];

/** Views a second that one processor core makes from a packed store, by the views' size. */
export const inputRates: Readonly<Record<number, Sourced>> = {
  64: {
    value: 7_810 / 16,
    source: 'docs/results/gpu/README.md: 7,810 views/s on 16 cores, before reading left the main thread',
  },
  224: {
    value: (810.7 * 2) / 2,
    source:
      'bench/results/input.json, two-views-224px-packed: 811 images/s in two views on 2 cores, another processor',
  },
};

/** Data sets by the number of their training images, as their authors published them; of those on the web, fewer are left. */
export const dataSets: Readonly<Record<string, Sourced>> = {
  imagenet: { value: 1_281_167, source: 'ILSVRC 2012' },
  cc3m: { value: 3_318_333, source: 'Sharma et al. 2018' },
  cc12m: { value: 12_423_374, source: 'Changpinyo et al. 2021' },
};
