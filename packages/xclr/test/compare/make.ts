// A plan that runs in seconds.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function smallPlan(folder: string, data: string, changes = ''): string {
  const path = join(folder, 'plan.yaml');
  writeFileSync(
    path,
    `name: small
base:
  encoder: { name: resnet18, stem: standard, width: 0.125 }
  views: { size: 32, recipe: light }
  batchSize: 8
  steps: 6
  precision: float32
  threads: 1
  workers: 1
  optimizer: { name: adamw, lr: 0.001 }
  schedule: { name: constant, warmupSteps: 0 }
data: { path: ${data} }
methods:
  xclr: { method: xclr, graph: { kind: text, encoder: wordnet, temperature: 0.2 } }
  simclr: { method: simclr }
  tuned: { method: supervised, init: simclr, steps: 3 }
fractions: [1]
seeds: [0, 1]
evaluation:
  tasks:
    - { metric: knn, name: label, gallery: { split: train }, queries: { split: validation } }
    - { metric: alignment, name: held, samples: { split: validation } }
${changes}`,
  );
  return path;
}
