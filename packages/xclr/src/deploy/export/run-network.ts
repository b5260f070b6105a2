// The network of a run, ready to be written down.
import { nn } from '@xclr/torch';
import { loadCheckpointModel } from '../../train/checkpoint.js';
import type { TrainConfig } from '../../train/config.js';
import type { RunFolder } from '../../train/run-folder.js';
import { createEvaluationModel, type TrainingModel } from '../../train/training-model.js';

export interface RunNetwork extends Disposable {
  readonly config: TrainConfig;
  readonly model: TrainingModel;
  /** Images (n, 3, s, s) → features (n, d): the encoder, or encoder and projector. */
  readonly network: nn.Module;
  /** Optimizer steps that the weights have seen. */
  readonly step: number;
}

/** In evaluation mode, float32, on the CPU. */
export function loadRunNetwork(
  run: RunFolder,
  { checkpoint, projector }: { checkpoint: 'last' | 'best'; projector: boolean },
): RunNetwork {
  const { config } = run.readRecord();
  const model = createEvaluationModel(config);
  try {
    const { step } = loadCheckpointModel(run.file('checkpoints', checkpoint), model);
    model.eval();
    const network =
      projector && model.projector !== null
        ? new nn.Sequential(model.encoder, model.projector)
        : model.encoder;
    return { config, model, network, step, [Symbol.dispose]: () => model[Symbol.dispose]() };
  } catch (error) {
    model[Symbol.dispose]();
    throw error;
  }
}
