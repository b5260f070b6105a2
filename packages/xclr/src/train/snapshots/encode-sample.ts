// The sample's images through the encoder as it is: unit rows before and after the projector.
import { noGrad, scoped, type Tensor, toDevice } from '@xclr/torch';
import { evaluationView } from '../../data/augment/index.js';
import { aspectsOf, type ImageReader, imageTensors, Loader } from '../../data/index.js';
import type { Matrix } from '../../graph/array-files.js';
import type { TrainConfig } from '../config.js';
import { forwardBoth, inPrecision } from '../objectives/forward.js';
import type { TrainingModel } from '../training-model.js';
import { viewRecipe } from '../view-recipe.js';

/** Images at a time. */
const batchSize = 128;
const tiny = 1e-12;

export interface EncodedSample {
  readonly features: Matrix;
  readonly projected: Matrix | null;
  /** Places in the data set of the rows: without images that cannot be read. */
  readonly indices: Int32Array;
}

/** Rows for the images of `indices`, in their order. The model is left in evaluation mode. */
export async function encodeSample(
  model: TrainingModel,
  store: ImageReader,
  indices: Int32Array,
  { config, device }: { readonly config: TrainConfig; readonly device: string },
): Promise<EncodedSample> {
  model.eval();
  const before: Float32Array[] = [];
  const after: Float32Array[] = [];
  const read: number[] = [];
  const recipe = viewRecipe(config.views);
  const loader = new Loader(store, {
    indices,
    batchSize: Math.min(batchSize, indices.length),
    order: 'sequential',
  });
  for await (const { indices: ids, images } of loader.epoch({ epoch: 0 })) {
    scoped(() =>
      noGrad(() => {
        const shape = { aspect: aspectsOf(images), ids, size: config.views.size, recipe, seed: 0 };
        const views = toDevice(evaluationView(imageTensors(images), shape), device); // (b, 3, s, s)
        const [h, z] = inPrecision(config, device, () => forwardBoth([views], model)); // (b, d), (b, p)
        before.push(unit(h));
        if (model.projector !== null) after.push(unit(z));
      }),
    );
    for (const id of ids) read.push(id);
  }
  return {
    features: joined(before, read.length),
    projected: after.length === 0 ? null : joined(after, read.length),
    indices: Int32Array.from(read),
  };
}

/** (b, d) → b rows of length 1, on the CPU. Waits for the device. */
function unit(rows: Tensor): Float32Array {
  const wide = rows.to({ dtype: 'float32' }); // (b, d)
  const length = wide.linalgVectorNorm({ dim: 1, keepdim: true }).clampMin(tiny); // (b, 1)
  const values = new Float32Array(rows.numel);
  toDevice(wide.div(length), 'cpu').copyTo(values); // (b, d)
  return values;
}

function joined(parts: readonly Float32Array[], rows: number): Matrix {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const values = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return { values, rows, columns: rows === 0 ? 0 : length / rows };
}
