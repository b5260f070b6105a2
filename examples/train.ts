// Trains an encoder from a program.
import { resolveTrainConfig, runTraining, type TrainSettings } from 'xclr';

/** Trains on a table of images and captions; gives the run folder's path. */
export async function train(table: string, settings: TrainSettings = {}): Promise<string> {
  const config = resolveTrainConfig({ base: { data: { path: table } }, overrides: settings });
  const { run } = await runTraining(config, { onStep: ({ step, loss }) => console.log(step, loss) });
  return run.path;
}
