// The losses as double loops in float64, written from the published formulas and sharing nothing with src/.

export type Rows = readonly (readonly number[])[];

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, k) => sum + value * b[k]!, 0);

export const unitRows = (z: Rows): number[][] =>
  z.map((row) => row.map((value) => value / Math.sqrt(dot(row, row))));

/** Row i of softmax(logits) over the others: 0 at i. */
function softmaxOverOthers(logits: readonly number[], i: number): number[] {
  const largest = Math.max(...logits.filter((_, j) => j !== i));
  const weights = logits.map((value, j) => (j === i ? 0 : Math.exp(value - largest)));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

/** s (from the graph's logits) and p (from the cosines over τ), each (n, n) with 0 on the diagonal. */
export function distributions(z: Rows, graph: Rows, temperature: number) {
  const u = unitRows(z);
  const s = graph.map((row, i) => softmaxOverOthers(row, i));
  const p = u.map((a, i) =>
    softmaxOverOthers(
      u.map((b) => dot(a, b) / temperature),
      i,
    ),
  );
  return { u, s, p };
}

/** X-CLR: L = 1/n Σ_i H(s_i, p_i) over the n views, the diagonal excluded on both sides. */
export function xclrLoss(z: Rows, graph: Rows, temperature: number): number {
  const { s, p } = distributions(z, graph, temperature);
  let loss = 0;
  for (let i = 0; i < z.length; i++) {
    for (let j = 0; j < z.length; j++) if (s[i]![j]! > 0) loss -= s[i]![j]! * Math.log(p[i]![j]!);
  }
  return loss / z.length;
}

/**
 * dL/dz in closed form: dL/d(cosine_ij) = (p_ij − s_ij) / (n τ), each cosine being of two rows, then through the
 * normalization, whose Jacobian is (I − u uᵀ) / |z|.
 */
export function xclrGradient(z: Rows, graph: Rows, temperature: number): number[][] {
  const n = z.length;
  const { u, s, p } = distributions(z, graph, temperature);
  const g = p.map((row, i) => row.map((value, j) => (value - s[i]![j]!) / (n * temperature)));
  return z.map((row, i) => {
    const onUnit = row.map((_, k) =>
      u.reduce((sum, other, j) => sum + (g[i]![j]! + g[j]![i]!) * other[k]!, 0),
    );
    const along = dot(onUnit, u[i]!);
    return onUnit.map((value, k) => (value - along * u[i]![k]!) / Math.sqrt(dot(row, row)));
  });
}

/** SupCon's L_out (Khosla et al. 2020, arXiv 2004.11362, equation 2): the mean over positives outside the log. */
export function supConOut(z: Rows, labels: readonly number[], temperature: number): number {
  const u = unitRows(z);
  const n = z.length;
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const others = [...Array(n).keys()].filter((a) => a !== i);
    const positives = others.filter((a) => labels[a] === labels[i]);
    const denominator = others.reduce((sum, a) => sum + Math.exp(dot(u[i]!, u[a]!) / temperature), 0);
    for (const a of positives) {
      loss -= Math.log(Math.exp(dot(u[i]!, u[a]!) / temperature) / denominator) / positives.length;
    }
  }
  return loss / n;
}

/** NT-Xent (Chen et al. 2020, arXiv 2002.05709, equation 1); views i and i + n/2 are of one sample. */
export function ntXent(z: Rows, temperature: number): number {
  const u = unitRows(z);
  const n = z.length;
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const partner = (i + n / 2) % n;
    let denominator = 0;
    for (let k = 0; k < n; k++) if (k !== i) denominator += Math.exp(dot(u[i]!, u[k]!) / temperature);
    loss -= Math.log(Math.exp(dot(u[i]!, u[partner]!) / temperature) / denominator);
  }
  return loss / n;
}
