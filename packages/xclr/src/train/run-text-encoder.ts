// The text encoder of a CLIP run, or of one whose prototypes are a map of captions' vectors: encodes texts as vectors in the space of the run's projected images.
import { join } from 'node:path';
import { cat, io, nn, noGrad, scoped, type Tensor, tensor } from '@xclr/torch';
import type { Dataset } from '../data/index.js';
import { encodeDataset } from '../graph/index.js';
import { ClipTokenizer } from '../models/index.js';
import { UserError } from '../util/errors.js';
import type { TrainConfig } from './config.js';
import { captionCache } from './graphs/text.js';
import { createTextTower, tokenizerFolder } from './objectives/clip-captions.js';
import type { RunFolder } from './run-folder.js';
import { textEncoderFor } from './text-encoders.js';
import { wholeCheckpoint } from './whole-checkpoint.js';

export interface RunTextEncoder extends Disposable {
  readonly name: string;
  /** (n, d) float32, not normalized. */
  encode(texts: readonly string[]): Promise<Tensor>;
}

/** Whether a run has a text encoder of its own: CLIP's, or anchors that are a map from captions' vectors to z. */
export function hasTextEncoder(config: Pick<TrainConfig, 'method' | 'graph' | 'loss'>): boolean {
  return config.method === 'clip' || config.method === 'clip-frozen' || mapsCaptions(config);
}

/** The anchors of prototypes lie among the projected images where z is compared with them; post-processed vectors have no text alone. */
function mapsCaptions({ method, graph, loss }: Pick<TrainConfig, 'method' | 'graph' | 'loss'>): boolean {
  const prototypes = loss?.prototypes; // absent in the records of earlier versions
  if (method !== 'xclr' || graph.kind !== 'text' || prototypes === undefined || prototypes.weight === 0)
    return false;
  const { center, removeComponents, whiten, smooth } = graph.postprocess;
  const plain = !center && removeComponents === 0 && whiten === null && Object.keys(smooth).length === 0;
  return prototypes.anchors === 'text' && prototypes.input === 'projected' && plain;
}

const batch = 256;

/** Loads a run's text tower, or its map from frozen vectors. @throws {UserError} for a run of another method */
export function loadRunTextEncoder(
  run: RunFolder,
  checkpoint: 'best' | 'last',
  dataset: Dataset,
): RunTextEncoder {
  const { config } = run.readRecord();
  const folder = wholeCheckpoint(run.file('checkpoints', checkpoint));
  const output = config.projector.out;
  if (config.method === 'clip') {
    const tokenizer = ClipTokenizer.read(run.file(tokenizerFolder));
    const tower = loaded(createTextTower(config, tokenizer.vocabulary, output), folder);
    const { context } = config.textTower;
    const encodeBatch = (texts: readonly string[]) =>
      scoped(() => {
        const { rows, length } = tokenizer.encodeRows(texts, { context });
        return tower.call(tensor(rows, { shape: [texts.length, length] }).to({ dtype: 'int64' })); // (n, d)
      });
    return {
      name: "the run's text tower",
      encode: async (texts) =>
        noGrad(() =>
          scoped(() => {
            const parts = Array.from({ length: Math.ceil(texts.length / batch) }, (_, i) =>
              encodeBatch(texts.slice(i * batch, (i + 1) * batch)),
            );
            return cat(parts, { dim: 0 });
          }),
        ),
      [Symbol.dispose]: () => tower.dispose(),
    };
  }
  const { graph } = config;
  if (!hasTextEncoder(config) || graph.kind !== 'text') {
    throw new UserError(
      `text encoder: the run ${run.path} was trained with method ${config.method}, which has no text encoder`,
      'Runs of the methods clip and clip-frozen have a text encoder, and runs of xclr with --loss-prototypes-anchors text and --loss-prototypes-input projected.',
    );
  }
  return {
    name: `the run's map from ${graph.encoder}`,
    async encode(texts) {
      const { vectors, dimensions } = await frozenVectors(texts, config, dataset);
      if (config.method === 'xclr') return anchorsOf(vectors, dimensions, folder);
      using map = loaded(new nn.Linear(dimensions, output, { bias: false }), folder);
      return noGrad(() => scoped(() => map.call(tensor(vectors, { shape: [texts.length, dimensions] }))));
    },
    [Symbol.dispose]: () => undefined,
  };
}

/** (n, d) the anchors W·v of texts, whose biases play no part where directions are compared. */
function anchorsOf(vectors: Float32Array, dimensions: number, folder: string): Tensor {
  const { tensors } = io.readSafetensors(join(folder, 'model.safetensors'));
  try {
    return noGrad(() =>
      scoped(() => {
        const rows = tensor(vectors, { shape: [vectors.length / dimensions, dimensions] }); // (n, e)
        return rows.matmul(tensors.get('anchors.weight')!); // (n, e) · (e, d)
      }),
    );
  } finally {
    for (const one of tensors.values()) one.dispose();
  }
}

/** The frozen encoder's vectors, in the axes that the map was trained on. */
async function frozenVectors(
  texts: readonly string[],
  { graph, data }: TrainConfig,
  dataset: Dataset,
): Promise<{ vectors: Float32Array; dimensions: number }> {
  if (graph.kind !== 'text') throw new UserError('text encoder: expected graph.kind text');
  const encoder = await textEncoderFor(graph, dataset.samples);
  if (encoder.independent === true) return encoder.encode([...texts]);
  // Such an encoder's axes depend on all captions of a call: only those that were trained on have a place there.
  const rows = await encodeDataset(dataset.samples, encoder, captionCache, {
    template: data.captionTemplate,
    captions: graph.captions,
  });
  const placeOf = new Map(rows.captions.map((text, place) => [text, place]));
  const { dimensions } = rows;
  const vectors = new Float32Array(texts.length * dimensions);
  texts.forEach((text, i) => {
    const place = placeOf.get(text);
    if (place === undefined) {
      throw new UserError(
        `text encoder: ${encoder.name} can encode only the run's own captions, and "${text}" is none of them`,
        'Use texts that are captions of the run, or train with a text encoder that encodes each caption independently (static, sentence-transformer, clip).',
      );
    }
    vectors.set(rows.vectors.subarray(place * dimensions, (place + 1) * dimensions), i * dimensions);
  });
  return { vectors, dimensions };
}

/** A module with the weights that the checkpoint has for it under `text.`. */
function loaded<Text extends nn.Module>(module: Text, folder: string): Text {
  const { tensors } = io.readSafetensors(join(folder, 'model.safetensors'));
  const prefix = 'text.';
  try {
    const own = [...tensors].filter(([name]) => name.startsWith(prefix));
    module.loadStateDict(new Map(own.map(([name, one]) => [name.slice(prefix.length), one])));
  } finally {
    for (const one of tensors.values()) one.dispose();
  }
  return module.eval();
}
