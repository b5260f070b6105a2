// One line of a comparison: a trained encoder, or a control that learned nothing.
import type { FeatureSet, MetricResult, TextVectors, Units, VariantFeatures } from '../evaluate/index.js';
import type { Predictions } from '../evaluate/predictions.js';
import type { RunFolder } from '../train/run-folder.js';

export interface MethodInfo {
  /** Stable name such as 'xclr'. */
  readonly key: string;
  readonly title: string;
  /** One or two sentences a newcomer understands. */
  readonly description: string;
  /** True for raw pixels and the untrained encoder. */
  readonly control: boolean;
}

/** With its features; `disposeFeatures` frees them. */
export interface EncodedMethod extends MethodInfo {
  readonly features: FeatureSet;
  /** After the projector, where the loss compares; raw pixels have none. */
  readonly projected?: FeatureSet;
  /** Features of altered images, where tasks ask for any. */
  readonly variants: VariantFeatures;
  /** Texts in the space of `projected`, where the method has a text encoder. */
  readonly texts?: TextVectors;
  readonly run?: RunFolder;
  /** Training time. */
  readonly seconds?: number;
}

/** With its measures on every task. */
export interface MeasuredMethod extends EncodedMethod {
  readonly metrics: Record<string, MetricResult>;
  readonly units: Record<string, Units>;
  /** Answers of the measures that classify, of the features that are kept. */
  readonly predictions?: Record<string, Predictions>;
}

export function disposeFeatures(methods: readonly EncodedMethod[]): void {
  for (const { features, projected, texts, variants } of methods) {
    texts?.[Symbol.dispose]();
    variants[Symbol.dispose]();
    features.rows.dispose();
    projected?.rows.dispose();
    projected?.plainRows?.dispose();
  }
}

export const knownMethods = {
  xclr: {
    key: 'xclr',
    title: 'X-CLR',
    description: 'Learned that images are as similar as their captions: a cat is somewhat like a dog.',
    control: false,
  },
  simclr: {
    key: 'simclr',
    title: 'SimCLR',
    description: 'Learned that two views of one image are similar and all other images are different.',
    control: false,
  },
  supcon: {
    key: 'supcon',
    title: 'SupCon',
    description: 'Learned that images of one label are similar and all others are different.',
    control: false,
  },
  pixels: {
    key: 'pixels',
    title: 'Raw pixels',
    description: 'No network: images are compared pixel by pixel.',
    control: true,
  },
  untrained: {
    key: 'untrained',
    title: 'Untrained encoder',
    description: 'The same network with its random initial weights.',
    control: true,
  },
} as const satisfies Record<string, MethodInfo>;
