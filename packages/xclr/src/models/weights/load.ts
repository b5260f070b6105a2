// Weights into an encoder, and out of it, under torchvision's names, timm's or our own.
import { cat, io, nn, noGrad, scoped, type Tensor } from '@xclr/torch';
import { UserError } from '../../util/errors.js';
import { positionGrid, resizePositions, VisionTransformer } from '../vision-transformer.js';
import { type Dialect, dialectsOf } from './dialects/index.js';
import { type Fit, fitNames } from './fit.js';
import { adaptNormalization, type NormalizationChange } from './normalization.js';
import { openStateFile, type StateFile } from './state-file.js';

/** Writes a module's parameters and buffers under PyTorch's names; the file appears whole or not at all. */
export function saveWeights(path: string, module: nn.AnyModule, metadata: Record<string, string> = {}): void {
  io.writeSafetensors(path, module.stateDict(), { format: 'pt', ...metadata });
}

/**
 * Loads weights into an encoder: safetensors or what torch.save wrote, under the names of torchvision, timm or Hugging Face's
 * transformers, behind any prefix. A classifier, projector or decoder that the encoder has not is left out, everything else
 * must fit.
 * @returns sentences about what was found, stripped and left out
 * @throws {UserError} with the missing and unexpected names and the size mismatches; the encoder is unchanged then
 */
export async function loadEncoderWeights(encoder: nn.AnyModule, path: string): Promise<string[]> {
  const file = await openStateFile(path);
  return [...file.notes, ...applyWeights(encoder, file)];
}

/** Copies an opened file's tensors into an encoder; see loadEncoderWeights. */
export function applyWeights(
  encoder: nn.AnyModule,
  file: Pick<StateFile, 'path' | 'read'>,
  { normalization }: { normalization?: NormalizationChange | undefined } = {},
): string[] {
  return scoped(() => {
    const state = file.read();
    const wanted = encoder.stateDict();
    const fit = fitNames([...wanted.keys()], [...state.keys()], dialectsOf(encoder), file.path);
    const notes = notesOf(fit);
    const offered = new Map<string, Tensor>();
    for (const [name, from] of fit.sources) {
      const parts = from.map((one) => state.get(one)!);
      const whole = parts.length === 1 ? parts[0]! : cat(parts);
      offered.set(name, encoder instanceof VisionTransformer ? fittedPositions(name, whole, notes) : whole);
    }
    for (const [name, own] of wanted) // a counter that changes nothing, which files before PyTorch 0.4.1 lack
      if (name.endsWith('num_batches_tracked') && !offered.has(name)) offered.set(name, own);
    for (const name of fit.unexpected) offered.set(name, state.get(name)!);
    try {
      encoder.loadStateDict(offered);
    } catch (error) {
      throw new UserError(
        `weights ${file.path}: ${error instanceof Error ? error.message : String(error)}`,
        'Load them into the encoder they were trained for, with the same stem and width (--encoder, --stem, --width).',
      );
    }
    const { batchNormEps } = fit.dialect;
    if (batchNormEps !== undefined)
      noGrad(() => {
        for (const [name, { module, weight }] of batchNorms(encoder))
          wanted.get(name)!.copy_(rescaled(weight, module, { now: module.eps, before: batchNormEps }));
      });
    if (normalization !== undefined) adaptNormalization(encoder, normalization, notes);
    return notes;
  });
}

/** Position embeddings of another grid, resized as timm does when it loads them for another image size. */
function fittedPositions(name: string, positions: Tensor, notes: string[]): Tensor {
  const side = Math.sqrt((positions.shape[1] ?? 0) - 1);
  if (
    name !== 'pos_embed' ||
    positions.ndim !== 3 ||
    side === positionGrid ||
    !Number.isInteger(side) ||
    side < 1
  )
    return positions;
  notes.push(`position embeddings were resized from ${side}×${side} to ${positionGrid}×${positionGrid}`);
  return resizePositions(positions.to({ dtype: 'float32' }), positionGrid, positionGrid);
}

interface ScaledNorm {
  readonly module: nn.BatchNorm2d;
  readonly weight: Tensor;
}

/** Batch norms by the name of their scale. */
function batchNorms(encoder: nn.AnyModule): Map<string, ScaledNorm> {
  const found = new Map<string, ScaledNorm>();
  for (const [name, module] of encoder.namedModules()) {
    if (module instanceof nn.BatchNorm2d && module.weight !== null)
      found.set(`${name}.weight`, { module, weight: module.weight });
  }
  return found;
}

/**
 * Batch norm adds a small number to variances, and libraries do not agree on it. The scale (c) with which evaluation gives with
 * `now` what it gave with `before`.
 */
function rescaled(
  weight: Tensor,
  { runningVar }: nn.BatchNorm2d,
  { now, before }: { readonly now: number; readonly before: number },
): Tensor {
  if (runningVar === null) return weight;
  return weight.mul(runningVar.add(now).div(runningVar.add(before)).sqrt()); // (c)
}

function notesOf({ dialect, prefix, heads, outside, others }: Fit): string[] {
  const some = (names: readonly string[]) =>
    names.slice(0, 4).join(', ') + (names.length > 4 ? ` and ${names.length - 4} more` : '');
  return [
    `names of ${dialect.name}`,
    ...(prefix === '' ? [] : [`the prefix '${prefix}' was stripped`]),
    ...(others.length === 0
      ? []
      : [`also there, and left alone: ${others.map((one) => `'${one}'`).join(', ')}`]),
    ...(heads.length === 0 ? [] : [`left out, as the encoder has no such layers: ${some(heads)}`]),
    ...(outside === 0 ? [] : [`${outside} other tensors were left out`]),
  ];
}

/** The encoder's state under another library's names. @throws {UserError} where that library has no such encoder */
export function saveWeightsAs(
  path: string,
  encoder: nn.AnyModule,
  library: 'torchvision' | 'timm',
  metadata: Record<string, string> = {},
): void {
  const dialect = dialectNamed(encoder, library);
  scoped(() => {
    const { batchNormEps } = dialect;
    const norms = batchNorms(encoder);
    const state = new Map<string, Tensor>();
    for (const [name, tensor] of encoder.stateDict()) {
      const [theirs] = dialect.sources(name);
      const norm = norms.get(name);
      const scaled =
        batchNormEps === undefined || norm === undefined
          ? tensor
          : noGrad(() => rescaled(tensor, norm.module, { now: batchNormEps, before: norm.module.eps }));
      if (theirs !== undefined) state.set(theirs, scaled);
    }
    io.writeSafetensors(path, state, { format: 'pt', ...metadata });
  });
}

/** The first dialect is the encoder's own; `library` may be part of its name ('torchvision and timm'). */
function dialectNamed(encoder: nn.AnyModule, library: string): Dialect {
  const found = dialectsOf(encoder).find(({ name }) => name.split(' and ').includes(library));
  if (found !== undefined) return found;
  throw new UserError(
    `weights: ${library} has no encoder of this architecture`,
    'Write them under the other names: --weights-format timm or torchvision.',
  );
}
