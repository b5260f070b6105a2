// First steps with @xclr/torch: train a small network to tell two spirals apart, save it, load it again.
import {
  autocast,
  crossEntropyLoss,
  io,
  manualSeed,
  nn,
  noGrad,
  optim,
  scoped,
  type Tensor,
  tensor,
} from '@xclr/torch';

class Classifier extends nn.Module {
  readonly hidden1 = new nn.Linear(2, 64);
  readonly hidden2 = new nn.Linear(64, 64);
  readonly out = new nn.Linear(64, 2);

  forward(points: Tensor): Tensor {
    const features = this.hidden2.call(this.hidden1.call(points).relu()).relu(); // (n, 64)
    return this.out.call(features); // (n, 2)
  }
}

/** Two arms of `n` points each: coordinates (2n, 2) and arm numbers (2n). */
function spirals(n: number): { points: Tensor; arms: Tensor } {
  const rows = Array.from({ length: 2 * n }, (_, i) => {
    const turn = ((i % n) / n) * 2 * Math.PI;
    const angle = turn + (i < n ? 0 : Math.PI);
    return [turn * Math.cos(angle), turn * Math.sin(angle)].map((value) => value / Math.PI);
  });
  const arms = rows.map((_, i) => (i < n ? 0 : 1));
  return { points: tensor(rows), arms: tensor(arms, { dtype: 'int64' }) };
}

/** Trains, saves to `file`, loads into a new network and gives its fraction of right answers. */
export function firstSteps(file: string, steps = 300): number {
  manualSeed(7);
  using model = new Classifier();
  using optimizer = new optim.AdamW({ params: model.parameters() }, { lr: 0.01, weightDecay: 0.01 });
  const schedule = optim.warmupCosine({ totalSteps: steps, warmupSteps: 20 });
  const { points, arms } = spirals(200); // (400, 2), (400)

  for (let step = 0; step < steps; step++) {
    optimizer.groups[0]!.lr = 0.01 * schedule(step);
    // Whatever a step makes is freed when it ends; parameters and optimizer state stay.
    scoped(() => {
      const logits = autocast('cpu', 'bfloat16', () => model.call(points)); // (400, 2)
      const loss = crossEntropyLoss(logits.to({ dtype: 'float32' }), arms); // ()
      optimizer.zeroGrad();
      loss.backward();
      optim.clipGradNorm(model.parameters(), 1);
      optimizer.step();
    });
  }

  io.writeSafetensors(file, model.stateDict(), { task: 'two spirals' });
  using restored = new Classifier();
  const accuracy = scoped(() =>
    noGrad(() => {
      restored.loadStateDict(io.readSafetensors(file).tensors);
      const answers = restored.eval().call(points).argmax({ dim: 1 }); // (400)
      return answers.eq(arms).to({ dtype: 'float32' }).mean().item();
    }),
  );
  points.dispose();
  arms.dispose();
  return accuracy;
}
