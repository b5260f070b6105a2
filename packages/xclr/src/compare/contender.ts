// One line of a comparison: a trained encoder, or a control that learned nothing.
import type { FeatureSet, MetricResult, TextVectors, Units, VariantFeatures } from '../evaluate/index.js';
import type { RunFolder } from '../train/run-folder.js';

export interface ContenderInfo {
  /** Stable name such as 'xclr'. */
  readonly key: string;
  readonly title: string;
  /** One or two sentences a newcomer understands. */
  readonly description: string;
  /** True for raw pixels and the untrained encoder. */
  readonly control: boolean;
}

/** With its features; `disposeFeatures` frees them. */
export interface Contender extends ContenderInfo {
  readonly features: FeatureSet;
  /** After the projector, where the loss compares; raw pixels have none. */
  readonly projected?: FeatureSet;
  /** Features of altered pictures, where tasks ask for any. */
  readonly variants: VariantFeatures;
  /** Texts in the space of `projected`, where the method has a text side. */
  readonly texts?: TextVectors;
  readonly run?: RunFolder;
  /** Training time. */
  readonly seconds?: number;
}

/** With its measures on every task. */
export interface Judged extends Contender {
  readonly metrics: Record<string, MetricResult>;
  readonly units: Record<string, Units>;
}

export function disposeFeatures(contenders: readonly Contender[]): void {
  for (const { features, projected, texts, variants } of contenders) {
    texts?.[Symbol.dispose]();
    variants[Symbol.dispose]();
    features.rows.dispose();
    projected?.rows.dispose();
    projected?.plainRows?.dispose();
  }
}

export const knownContenders = {
  xclr: {
    key: 'xclr',
    title: 'X-CLR',
    description: 'Learned that pictures are as alike as their captions: a cat is somewhat like a dog.',
    control: false,
  },
  simclr: {
    key: 'simclr',
    title: 'SimCLR',
    description: 'Learned that two views of one picture are alike and all other pictures are different.',
    control: false,
  },
  supcon: {
    key: 'supcon',
    title: 'SupCon',
    description: 'Learned that pictures of one label are alike and all others are different.',
    control: false,
  },
  pixels: {
    key: 'pixels',
    title: 'Raw pixels',
    description: 'No network: pictures are compared pixel by pixel.',
    control: true,
  },
  untrained: {
    key: 'untrained',
    title: 'Untrained encoder',
    description: 'The same network with the random weights it began with.',
    control: true,
  },
} as const satisfies Record<string, ContenderInfo>;
