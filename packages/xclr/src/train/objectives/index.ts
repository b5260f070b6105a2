// Which objective each method has.
import type { Method } from '../config.js';
import { clipObjective } from './clip.js';
import { contrastiveObjective } from './contrastive.js';
import type { Objective, ObjectiveContext } from './objective.js';
import { supervisedObjective } from './supervised.js';

export {
  type Fault,
  type Learner,
  type Measured,
  measure,
  type Objective,
  type ObjectiveContext,
  type PendingStatistics,
  type SampleViews,
} from './objective.js';

const objectives: Readonly<Record<Method, (context: ObjectiveContext) => Objective | Promise<Objective>>> = {
  xclr: contrastiveObjective,
  supcon: contrastiveObjective,
  simclr: contrastiveObjective,
  clip: clipObjective,
  'clip-frozen': clipObjective,
  supervised: supervisedObjective,
};

/** The settings' method on a data set. */
export async function createObjective(context: ObjectiveContext): Promise<Objective> {
  return objectives[context.config.method](context);
}
