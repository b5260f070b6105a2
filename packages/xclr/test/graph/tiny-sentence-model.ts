// Writes a sentence transformer small enough to check by hand: a BERT tokenizer, and an ONNX graph that looks each
// token's vector up in a table. With modules.json for pooling, a dense layer and normalization.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { safetensorsBytes } from '../../src/graph/array-files.js';
import { Random } from '../../src/util/random.js';

export const vocabulary = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  'a',
  'cat',
  'dog',
  'red',
  'dump',
  'truck',
  'the',
];
export const width = 6;
export const outputs = 4;

const random = new Random(11);
const draw = (count: number) => Float32Array.from({ length: count }, () => random.between(-1, 1));
/** (vocabulary, width) */
export const table = draw(vocabulary.length * width);
/** (outputs, width) */
export const denseWeight = draw(outputs * width);
export const denseBias = draw(outputs);

/** Protocol buffers' wire format: a varint, or bytes with their length before them. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}
const number = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)]);
const bytes = (field: number, value: string | Buffer) => {
  const data = Buffer.from(value as string);
  return Buffer.concat([varint(field * 8 + 2), varint(data.length), data]);
};

/** ONNX (onnx.proto3): field numbers of ModelProto, GraphProto, NodeProto, TensorProto and ValueInfoProto. */
function onnxModel(outputName: string): Buffer {
  const value = (name: string, type: number, dims: readonly (string | number)[]) => {
    const shape = dims.map((dim) => bytes(1, typeof dim === 'number' ? number(1, dim) : bytes(2, dim)));
    const tensorType = Buffer.concat([number(1, type), bytes(2, Buffer.concat(shape))]);
    return Buffer.concat([bytes(1, name), bytes(2, bytes(1, tensorType))]);
  };
  const [float32, int64] = [1, 7];
  const gather = Buffer.concat([
    bytes(1, 'table'),
    bytes(1, 'input_ids'),
    bytes(2, outputName),
    bytes(4, 'Gather'),
  ]);
  const initializer = Buffer.concat([
    number(1, vocabulary.length),
    number(1, width),
    number(2, float32),
    bytes(8, 'table'),
    bytes(9, Buffer.from(table.buffer)),
  ]);
  const graph = Buffer.concat([
    bytes(1, gather),
    bytes(2, 'tiny'),
    bytes(5, initializer),
    bytes(11, value('input_ids', int64, ['batch', 'tokens'])),
    bytes(11, value('attention_mask', int64, ['batch', 'tokens'])),
    bytes(12, value(outputName, float32, ['batch', 'tokens', width])),
  ]);
  return Buffer.concat([number(1, 8), bytes(7, graph), bytes(8, number(2, 13))]);
}

export interface TinyModelOptions {
  /** Files of the layers behind the transformer; none: an export without modules.json. */
  pooling?: 'cls' | 'mean';
  dense?: boolean;
  outputName?: string;
}

export function writeTinyModel(
  folder: string,
  { pooling, dense = false, outputName = 'last_hidden_state' }: TinyModelOptions = {},
): void {
  const write = (name: string, data: unknown) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), data instanceof Uint8Array ? data : JSON.stringify(data));
  };
  const special = (content: string) => ({
    id: vocabulary.indexOf(content),
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const template = (id: string) => ({ id, ids: [vocabulary.indexOf(id)], tokens: [id] });
  write('config.json', { model_type: 'bert', architectures: ['BertModel'], hidden_size: width });
  write('tokenizer_config.json', {
    tokenizer_class: 'BertTokenizer',
    model_max_length: 8,
    pad_token: '[PAD]',
  });
  write('tokenizer.json', {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map(special),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [],
      special_tokens: { '[CLS]': template('[CLS]'), '[SEP]': template('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])),
    },
  });
  write('onnx/model.onnx', onnxModel(outputName));
  if (pooling === undefined) return;
  const modules = [
    { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
    { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
    ...(dense ? [{ idx: 2, name: '2', path: '2_Dense', type: 'sentence_transformers.models.Dense' }] : []),
    { idx: 3, name: '3', path: '3_Normalize', type: 'sentence_transformers.models.Normalize' },
  ];
  write('modules.json', modules);
  write('1_Pooling/config.json', {
    word_embedding_dimension: width,
    pooling_mode_cls_token: pooling === 'cls',
    pooling_mode_mean_tokens: pooling === 'mean',
    pooling_mode_max_tokens: false,
  });
  if (!dense) return;
  write('2_Dense/config.json', {
    in_features: width,
    out_features: outputs,
    bias: true,
    activation_function: 'torch.nn.modules.activation.Tanh',
  });
  // One tensor a file is what safetensorsBytes writes; the weight and bias files are joined by hand.
  write('2_Dense/model.safetensors', denseFile());
}

function denseFile(): Buffer {
  const weight = Buffer.from(denseWeight.buffer);
  const bias = Buffer.from(denseBias.buffer);
  const one = safetensorsBytes('linear.weight', { dtype: 'F32', shape: [outputs, width], bytes: weight }, {});
  const length = Number(Buffer.from(one).readBigUInt64LE(0));
  const header: Record<string, unknown> = JSON.parse(Buffer.from(one.subarray(8, 8 + length)).toString());
  header['linear.bias'] = {
    dtype: 'F32',
    shape: [outputs],
    data_offsets: [weight.length, weight.length + bias.length],
  };
  const json = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([size, json, weight, bias]);
}
