// A linear map from caption vectors to image vectors: what lets any encoder be asked by text.

import { cat, eye, keep, scoped, type Tensor, tensor, zeros } from '@xclr/torch';

/** Strengths tried, times the mean squared length of the caption vectors. */
const usual = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10] as const;

/** Columns of the captions that are looked at together: bags of words have tens of thousands. */
const together = 1024;

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
  const n = captions.size(0);
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const out = new Set(heldOut);
  const kept = all.filter((i) => !out.has(i));
  return scoped(() => {
    // Two forms of one solution: the one with the smaller system.
    const system =
      captions.size(1) <= n
        ? captionSystem(captions, images)
        : imageSystem(captions, images, products(captions));
    let best = { strength: strengths[strengths.length >> 1]!, cosine: Number.NEGATIVE_INFINITY };
    if (heldOut.length > 0 && kept.length > 1) {
      const solve = system(kept);
      const [ht, hx] = [captions, images].map((rows) => rows.indexSelect(0, tensor(heldOut))) as [
        Tensor,
        Tensor,
      ];
      for (const strength of strengths) {
        const cosine = scoped(() => {
          using map = solve(strength);
          return map
            .apply(ht)
            .mul(hx.to({ dtype: 'float64' }))
            .sum(1)
            .mean()
            .item();
        });
        if (cosine > best.cosine) best = { strength, cosine };
      }
    }
    return system(all)(best.strength);
  });
}

/** What is computed once for some images and serves all strengths. */
type System = (places: Int32Array) => (strength: number) => RidgeMap;

/** (TᵀT + λI) M = TᵀX, of as many equations as captions have numbers; T and X centered. */
function captionSystem(captions: Tensor, images: Tensor): System {
  return (places) => {
    const [t, x] = [captions, images].map((rows) =>
      rows.indexSelect(0, tensor(places)).to({ dtype: 'float64' }),
    ) as [Tensor, Tensor]; // (n, e), (n, d)
    const [tMean, xMean] = [t.mean(0, { keepdim: true }), x.mean(0, { keepdim: true })];
    const tc = t.sub(tMean);
    const [matrix, right] = [tc.t().matmul(tc), tc.t().matmul(x.sub(xMean))]; // (e, e), (e, d)
    const scale = meanSquare(matrix, captions, places);
    return (strength) => mapOf(strength, tMean, xMean, () => solved(matrix, strength * scale, right)); // (e, d)
  };
}

/** M = Tᵀ (TTᵀ + λI)⁻¹ X, of as many equations as there are images; T and X centered. @param all (n, n), T Tᵀ before centering */
function imageSystem(captions: Tensor, images: Tensor, all: Tensor): System {
  return (places) => {
    const chosen = tensor(places);
    const own = all.indexSelect(0, chosen).indexSelect(1, chosen); // (n, n)
    const rowMean = own.mean(1, { keepdim: true }); // (n, 1)
    const matrix = own.sub_(rowMean).sub_(rowMean.t()).add_(rowMean.mean()); // (n, n), centered
    const x = images.indexSelect(0, chosen).to({ dtype: 'float64' }); // (n, d)
    const [tMean, xMean] = [meanRow(captions, places), x.mean(0, { keepdim: true })];
    const xc = x.sub(xMean);
    const scale = meanSquare(matrix, captions, places);
    return (strength) =>
      mapOf(strength, tMean, xMean, () => {
        const a = solved(matrix, strength * scale, xc); // (n, d)
        const led = byColumns(captions, places, (block) => block.t().matmul(a)); // (e, d)
        return led.sub_(tMean.t().matmul(a.sum(0, { keepdim: true })));
      });
  };
}

/** (matrix + λI)⁻¹ right, by Cholesky: the matrix is a Gram matrix. */
function solved(matrix: Tensor, lambda: number, right: Tensor): Tensor {
  return scoped(() => {
    const sum = matrix.add(eye(matrix.size(0), { dtype: 'float64' }).mul_(lambda));
    return right.choleskySolve(sum.linalgCholesky());
  });
}

/** Mean squared length of the centered captions, by the rank that they can have at most. @param gram theirs, of either form */
function meanSquare(gram: Tensor, captions: Tensor, places: Int32Array): number {
  return scoped(() => {
    // Columns that are 0 for all captions came with texts of other tasks, and must not change anything.
    const spread = byColumns(captions, places, (block) => block.amax({ dim: 0 }).sub(block.amin({ dim: 0 }))); // (e)
    const used = spread.gt(0).sum().item();
    return Math.max(1e-12, gram.diagonal().sum().item() / Math.max(1, Math.min(places.length, used)));
  });
}

function meanRow(captions: Tensor, places: Int32Array): Tensor {
  return byColumns(captions, places, (block) => block.mean(0)).unsqueeze(0); // (1, e)
}

/** T Tᵀ, (n, n) in float64. */
function products(captions: Tensor): Tensor {
  const [n, e] = captions.shape as [number, number];
  const sum = zeros([n, n], { dtype: 'float64' });
  for (let start = 0; start < e; start += together) {
    scoped(() => {
      const block = captions.narrow(1, start, Math.min(together, e - start)).to({ dtype: 'float64' }); // (n, c)
      sum.addmm_(block, block.t());
    });
  }
  return sum;
}

/** Of each block of columns of the chosen rows, (n, c) in float64, what `of` makes of it, one after the other. */
function byColumns(captions: Tensor, places: Int32Array, of: (block: Tensor) => Tensor): Tensor {
  return scoped(() => {
    const chosen = tensor(places);
    const e = captions.size(1);
    const parts: Tensor[] = [];
    for (let start = 0; start < e; start += together) {
      const columns = captions.narrow(1, start, Math.min(together, e - start)); // (n, c)
      parts.push(scoped(() => of(columns.indexSelect(0, chosen).to({ dtype: 'float64' }))));
    }
    return cat(parts, { dim: 0 });
  });
}

/** @param solve gives the map (e, d) of centered captions to centered images */
function mapOf(strength: number, tMean: Tensor, xMean: Tensor, solve: () => Tensor): RidgeMap {
  const parts = scoped(() => [keep(solve()), keep(tMean.clone()), keep(xMean.clone())] as const);
  const [map, ofCaptions, ofImages] = parts;
  return {
    strength,
    apply: (more) =>
      scoped(() => {
        const led = more.to({ dtype: 'float64' }).sub(ofCaptions).matmul(map).add(ofImages); // (m, d)
        return led.div(led.linalgVectorNorm({ dim: [1], keepdim: true }).clampMin(1e-12));
      }),
    [Symbol.dispose]: () => {
      for (const part of parts) part.dispose();
    },
  };
}
