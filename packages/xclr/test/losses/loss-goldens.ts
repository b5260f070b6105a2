// Golden numbers made by make_loss_goldens.py.
import { readFileSync } from 'node:fs';

type Rows = number[][];

interface LossGoldens {
  readonly prototypes: {
    readonly x: Rows;
    readonly anchors: Rows;
    readonly bias: number[];
    readonly similarities: Rows;
    readonly temperature: number;
    readonly targets: Rows;
    readonly loss: number;
    readonly gradients: readonly [Rows, Rows, number[]];
  };
  readonly softClip: {
    readonly images: Rows;
    readonly captions: Rows;
    readonly scale: number;
    readonly beta: number;
    readonly temperature: number;
    readonly similarities: Rows;
    readonly targets: Rows;
    readonly loss: number;
    readonly gradients: readonly [Rows, Rows, number];
  };
  readonly perplexity: {
    readonly perplexity: number;
    readonly similarities: Rows;
    readonly probabilities: Rows;
  };
}

export const lossGoldens = JSON.parse(
  readFileSync(new URL('../goldens/losses.json', import.meta.url), 'utf8'),
) as LossGoldens;
