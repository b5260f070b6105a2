// Which output of a foreign ONNX model is the image's vector.
import type { InferenceSession } from 'onnxruntime-node';
import { UserError } from '../../util/errors.js';

/** How token vectors become one: their mean, or the first (the class token). */
export type Pooling = 'mean' | 'cls';

export interface ChosenOutput {
  readonly name: string;
  /** Set for (n, tokens, d) outputs. */
  readonly pooling: Pooling | undefined;
}

type Metadata = InferenceSession.ValueMetadata;

export function describeValues(values: readonly Metadata[]): string {
  return values
    .map((value) => (value.isTensor ? `${value.name} ${value.type} (${value.shape.join(', ')})` : value.name))
    .join('; ');
}

function rankOf(value: Metadata): number {
  return value.isTensor ? value.shape.length : 0;
}

/**
 * image_embeds, else pooler_output, else the only two-dimensional output, else last_hidden_state by `pooling`.
 * @throws {UserError} where that leaves a choice, with all outputs
 */
export function chooseOutput(
  outputs: readonly Metadata[],
  pooling: Pooling | undefined,
  model: string,
): ChosenOutput {
  const named = (name: string) => outputs.find((output) => output.name === name);
  const tokens =
    named('last_hidden_state') ??
    (outputs.length === 1 && rankOf(outputs[0]!) === 3 ? outputs[0] : undefined);
  if (pooling !== undefined && tokens !== undefined) return { name: tokens.name, pooling };
  const flat = outputs.filter((output) => rankOf(output) === 2);
  const chosen = named('image_embeds') ?? named('pooler_output') ?? (flat.length === 1 ? flat[0] : undefined);
  if (chosen !== undefined && rankOf(chosen) === 2) return { name: chosen.name, pooling: undefined };
  if (tokens !== undefined) {
    throw new UserError(
      `encoder ${model}: it gives one vector per token: ${describeValues([tokens])}`,
      'Choose how to combine them: --pooling mean, or --pooling cls for the first token.',
    );
  }
  throw new UserError(
    `encoder ${model}: expected an output image_embeds, pooler_output, or one of two dimensions; it has ${describeValues(outputs)}`,
    'Export the model with its embedding as an output.',
  );
}
