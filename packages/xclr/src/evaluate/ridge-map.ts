// A linear map from caption vectors to image vectors: what lets any encoder be asked by text.

import { eye, keep, linalgSolve, scoped, type Tensor, tensor } from '@xclr/torch';

/** Strengths tried, times the mean squared length of the caption vectors. */
const usual = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10] as const;

export interface RidgeMap extends Disposable {
  /** (m, e) caption vectors → (m, d) unit image vectors. */
  apply(captions: Tensor): Tensor;
  /** The strength that was chosen. */
  readonly strength: number;
}

/**
 * M = argmin Σ ‖(t_i − t̄) M − (x_i − x̄)‖² + λ ‖M‖², in float64, closed form. λ is the strength under which images held out
 * of the fit lie nearest (by cosine) to where their captions lead; M is then fitted on all.
 * @param captions (n, e); @param images (n, d) unit rows; @param heldOut places among the n
 */
export function fitRidgeMap(
  captions: Tensor,
  images: Tensor,
  heldOut: Int32Array,
  { strengths = usual }: { strengths?: readonly number[] } = {},
): RidgeMap {
  const places = (of: Int32Array) => tensor(of);
  const n = captions.size(0);
  const out = new Set(heldOut);
  const kept = Int32Array.from({ length: n }, (_, i) => i).filter((i) => !out.has(i));
  let best = { strength: strengths[strengths.length >> 1]!, cosine: Number.NEGATIVE_INFINITY };
  if (heldOut.length > 0 && kept.length > 1) {
    scoped(() => {
      const [t, x] = [captions.indexSelect(0, places(kept)), images.indexSelect(0, places(kept))];
      const [ht, hx] = [captions.indexSelect(0, places(heldOut)), images.indexSelect(0, places(heldOut))];
      for (const strength of strengths) {
        const cosine = scoped(() => {
          using map = solve(t, x, strength);
          return map
            .apply(ht)
            .mul(hx.to({ dtype: 'float64' }))
            .sum(1)
            .mean()
            .item();
        });
        if (cosine > best.cosine) best = { strength, cosine };
      }
    });
  }
  return solve(captions, images, best.strength);
}

function solve(captions: Tensor, images: Tensor, strength: number): RidgeMap {
  const parts = scoped(() => {
    const t = captions.to({ dtype: 'float64' }); // (n, e)
    const x = images.to({ dtype: 'float64' }); // (n, d)
    const [tMean, xMean] = [t.mean(0, { keepdim: true }), x.mean(0, { keepdim: true })];
    const [tc, xc] = [t.sub(tMean), x.sub(xMean)];
    const [n, e] = [t.size(0), t.size(1)];
    // Columns that are 0 for all captions came with texts of other tasks, and must not change anything.
    const used = tc.abs().sum(0).gt(0).sum().item();
    const lambda = strength * Math.max(1e-12, tc.square().sum().item() / Math.max(1, Math.min(n, used)));
    // Two forms of one solution; the smaller system is solved.
    const map =
      e <= n
        ? linalgSolve(
            tc
              .t()
              .matmul(tc)
              .add(eye(e, { dtype: 'float64' }).mul(lambda)),
            tc.t().matmul(xc),
          ) // (e, d)
        : tc.t().matmul(linalgSolve(tc.matmul(tc.t()).add(eye(n, { dtype: 'float64' }).mul(lambda)), xc)); // (e, d)
    return [keep(map), keep(tMean.clone()), keep(xMean.clone())] as const;
  });
  const [map, tMean, xMean] = parts;
  return {
    strength,
    apply: (more) =>
      scoped(() => {
        const led = more.to({ dtype: 'float64' }).sub(tMean).matmul(map).add(xMean); // (m, d)
        return led.div(led.linalgVectorNorm({ dim: [1], keepdim: true }).clampMin(1e-12));
      }),
    [Symbol.dispose]: () => {
      for (const part of parts) part.dispose();
    },
  };
}
