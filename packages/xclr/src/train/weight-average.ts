// The moving average of the weights, which a run with `emaDecay` keeps for evaluation in place of the weights in training.
//
// All processes of a training have the same weights after a step, so each of them makes the same average, and none asks another.
import { _foreachAddList_, _foreachMul_, keep, type nn, noGrad, scoped, type Tensor } from '@xclr/torch';

/** What stands before the names of the weights in training where a checkpoint has the average under their own names. */
const inTraining = 'student.';

/** Batch normalization's statistics are averaged too, as timm's ModelEmaV2 does: an average of weights has them with it. */
const statistics = /(^|\.)running_(mean|var)$/;

export class WeightAverage implements Disposable {
  readonly #decay: number;
  /** The model's own tensors that are averaged, and their averages, by name. */
  readonly #own: ReadonlyMap<string, Tensor>;
  readonly #averages: ReadonlyMap<string, Tensor>;

  constructor(model: nn.AnyModule, decay: number) {
    this.#decay = decay;
    this.#own = new Map<string, Tensor>([
      ...model.namedParameters(),
      ...[...model.namedBuffers()].filter(([name]) => statistics.test(name)),
    ]);
    this.#averages = noGrad(() =>
      scoped(() => new Map([...this.#own].map(([name, tensor]) => [name, keep(tensor.detach().clone())]))),
    );
  }

  /** The averages, in the same order in every process. */
  values(): Iterable<Tensor> {
    return this.#averages.values();
  }

  /** Begins where the model is. */
  begin(): void {
    noGrad(() => {
      for (const [name, average] of this.#averages) average.copy_(this.#own.get(name)!);
    });
  }

  /**
   * After a step: average ← d · average + (1 − d) · weights, with d = min(decay, (1 + steps) / (10 + steps)) as TensorFlow's
   * ExponentialMovingAverage has it, so that a short run's average forgets where it began.
   * @param steps since training began
   */
  follow(steps: number): void {
    const d = Math.min(this.#decay, (1 + steps) / (10 + steps));
    noGrad(() =>
      scoped(() => {
        const averages = [...this.#averages.values()];
        _foreachMul_(averages, d);
        _foreachAddList_(averages, [...this.#own.values()], { alpha: 1 - d });
      }),
    );
  }

  /** Runs `measure` while the model has the averages; afterwards it has its own weights again, bit for bit. */
  async during<T>(measure: () => Promise<T>): Promise<T> {
    this.#exchange();
    try {
      return await measure();
    } finally {
      this.#exchange();
    }
  }

  /** What a checkpoint keeps: the averages under the model's names, its weights in training under others. */
  stateOf(state: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
    return new Map([
      ...[...state].map(([name, tensor]) => [name, this.#averages.get(name) ?? tensor] as const),
      ...[...this.#own].map(([name, tensor]) => [`${inTraining}${name}`, tensor] as const),
    ]);
  }

  /** @returns what of a checkpoint's tensors is the model's, once the averages are taken from it */
  load(saved: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
    const model = new Map(saved);
    noGrad(() => {
      for (const [name, average] of this.#averages) {
        const own = saved.get(`${inTraining}${name}`);
        const kept = saved.get(name);
        if (own === undefined || kept === undefined) continue; // told by the model as it loads
        average.copy_(kept);
        model.set(name, own);
        model.delete(`${inTraining}${name}`);
      }
    });
    return model;
  }

  [Symbol.dispose](): void {
    for (const average of this.#averages.values()) average.dispose();
  }

  #exchange(): void {
    noGrad(() =>
      scoped(() => {
        for (const [name, average] of this.#averages) {
          const own = this.#own.get(name)!;
          const weights = own.detach().clone();
          own.copy_(average);
          average.copy_(weights);
        }
      }),
    );
  }
}
