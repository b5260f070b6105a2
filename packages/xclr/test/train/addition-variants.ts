// What can be added to the losses, one setting each.

/** The graph of all of them that name no other. */
export const wordnet = { kind: 'text', encoder: 'wordnet', temperature: 0.1 };
export const prototypes = (settings: object) => ({ prototypes: { weight: 0.5, ...settings } });
export const variants = {
  free: { loss: prototypes({ temperature: 0.1 }) },
  text: { loss: prototypes({ temperature: 0.1, anchors: 'text' }) },
  words: { loss: prototypes({ anchors: 'words', input: 'projected' }) },
  drawn: { loss: prototypes({ temperature: 0.1, sampled: 4 }) },
  supcon: { method: 'supcon', graph: { kind: 'labels' }, loss: prototypes({}) },
  taxonomy: { graph: { kind: 'random', temperature: 0.1 }, loss: prototypes({ temperature: 0.2 }) },
  smoothing: { loss: { targetSmoothing: 0.2 } },
  memory: { loss: { memory: 40, prototypes: { weight: 0.3 } } },
  teacher: { loss: { teacher: { weight: 0.3, momentum: 0.9 } } },
  'soft CLIP': {
    method: 'clip-frozen',
    graph: wordnet,
    loss: { softTargets: 0.4, maskSameCaptions: true },
  },
  perplexity: { graph: { ...wordnet, temperature: 'perplexity=4' } },
} as const;
