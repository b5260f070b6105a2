// CLIP's other side: captions as tokens for a text tower, or as a frozen encoder's vectors for a linear map.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { keep, nn, type Tensor, tensor } from '@xclr/torch';
import { drawRow, encodeDataset, type RowChoices, rowChoices } from '../../graph/index.js';
import { ClipTokenizer } from '../../models/byte-pair/tokenizer.js';
import { TextTower } from '../../models/text-tower.js';
import { UserError } from '../../util/errors.js';
import type { TrainConfig } from '../config.js';
import { captionCache } from '../graphs/text.js';
import { textEncoderFor } from '../text-encoders.js';
import type { ObjectiveContext } from './objective.js';
import { encodeCaptions } from './tower-batch.js';

/** Captions as one tower's input. */
export interface CaptionSide extends Disposable {
  readonly description: string;
  readonly notes: readonly string[];
  /** From what stands for captions to vectors. */
  createModule(output: number): nn.Module;
  /** Which distinct caption stands for each sample in an epoch: (b) rows. */
  rowsOf(ids: Int32Array, epoch: number): Int32Array;
  /** Vectors of some rows by that module: (b, output). */
  encode(module: nn.Module, rows: Int32Array): Tensor;
}

/** The tokenizer of a run with a text tower lies in this folder of the run. */
export const tokenizerFolder = 'tokenizer';

export function createTextTower({ textTower }: TrainConfig, vocabulary: number, output: number): TextTower {
  const { context, width, heads, layers } = textTower;
  return new TextTower({ vocabulary, context, width, heads, layers, output });
}

/** A text tower that is trained; its tokenizer is the settings' or learned from the training captions. */
export function towerCaptions({
  config,
  dataset,
  training,
  device,
  runFolder,
}: ObjectiveContext): CaptionSide {
  const { textTower, seed } = config;
  const { samples } = dataset;
  const tokenizer = tokenizerOf(config, runFolder, () =>
    Array.from(training, (index) => samples[index]!.captions).flat(),
  );
  const { texts, choices } = distinctCaptions(samples);
  const { context } = textTower;
  const { rows, length, lengths } = tokenizer.encodeRows(texts, { context });
  const pieces = keep(tensor(rows, { shape: [texts.length, length], device })); // (u, l)
  const isCut = (text: string) => tokenizer.encode(text, { context: 10_000 }).length > context;
  const cut = texts.filter((text, i) => lengths[i] === context && isCut(text)).length;
  return {
    description: `CLIP: a text tower of ${textTower.layers} layers of width ${textTower.width}, ${tokenizer.vocabulary} tokens`,
    notes:
      cut > 0 ? [`${cut} of ${texts.length} captions are longer than ${context} tokens and were cut`] : [],
    createModule: (output) => createTextTower(config, tokenizer.vocabulary, output),
    rowsOf: (ids, epoch) => ids.map((id) => drawRow(choices, id, epoch, seed)),
    encode: (tower, rows) => encodeCaptions(tower, { pieces, lengths }, rows), // (b, output)
    [Symbol.dispose]: () => pieces.dispose(),
  };
}

/** The run's own where it has one: a resumed run must cut words as it did before. */
function tokenizerOf(
  { textTower }: TrainConfig,
  runFolder: string,
  captions: () => readonly string[],
): ClipTokenizer {
  const own = join(runFolder, tokenizerFolder);
  if (existsSync(own)) return ClipTokenizer.read(own);
  const tokenizer =
    textTower.tokenizer === undefined
      ? ClipTokenizer.learn(captions(), { vocabulary: textTower.vocabulary })
      : ClipTokenizer.read(textTower.tokenizer);
  tokenizer.write(own);
  return tokenizer;
}

function distinctCaptions(samples: ObjectiveContext['dataset']['samples']): {
  texts: string[];
  choices: RowChoices;
} {
  const places = new Map<string, number>();
  const lists = samples.map(({ captions }) =>
    captions.map((text) => {
      const place = places.get(text) ?? places.size;
      places.set(text, place);
      return place;
    }),
  );
  return { texts: [...places.keys()], choices: rowChoices(lists) };
}

/** The graph's text encoder, frozen, with a linear map after it. */
export async function frozenCaptions({
  config,
  dataset,
  device,
  onEncode,
}: ObjectiveContext): Promise<CaptionSide> {
  const { graph, seed, data } = config;
  if (graph.kind !== 'text')
    throw new UserError(`method clip-frozen: graph.kind must be text, got ${graph.kind}`);
  const encoder = await textEncoderFor(graph, dataset.samples);
  const { vectors, dimensions, rowOf, choices, notes } = await encodeDataset(
    dataset.samples,
    encoder,
    captionCache,
    {
      template: data.captionTemplate,
      captions: graph.captions,
      ...(onEncode !== undefined && { onProgress: onEncode }),
    },
  );
  const table = keep(tensor(vectors, { shape: [vectors.length / dimensions, dimensions], device })); // (u, e)
  return {
    description: `CLIP with frozen captions: ${encoder.name}, ${dimensions} numbers each`,
    notes,
    createModule: (output) => new nn.Linear(dimensions, output, { bias: false }),
    rowsOf: (ids, epoch) =>
      ids.map((id) => (choices === undefined ? rowOf[id]! : drawRow(choices, id, epoch, seed))),
    encode: (map, rows) => map.call(table.indexSelect(0, tensor(rows, { device }))), // (b, output)
    [Symbol.dispose]: () => table.dispose(),
  };
}
