// The loss that docs/python.md shows to readers of Python: the page quotes the file, and PyTorch computes what we compute.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scoped, tensor } from '@xclr/torch';
import { expect, it } from 'vitest';
import { contrastiveLoss } from '../../src/losses/contrastive.js';
import { Random } from '../../src/util/random.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
/** XCLR_PYTHON names another interpreter, of an environment with PyTorch. */
const python = process.env.XCLR_PYTHON ?? 'python3';
const hasTorch = spawnSync(python, ['-c', 'import torch']).status === 0;

it('is quoted by its page', () => {
  const file = readFileSync(`${root}examples/xclr_loss.py`, 'utf8').split('\n').slice(1).join('\n').trim();
  expect(readFileSync(`${root}docs/python.md`, 'utf8')).toContain(file);
});

const program = `
import json, sys
sys.path.insert(0, sys.argv[1])
import torch
from xclr_loss import xclr_loss
given = json.load(sys.stdin)
z = torch.tensor(given["z"], dtype=torch.float64, requires_grad=True)
s = torch.tensor(given["s"], dtype=torch.float64)
s[s < -1] = float("-inf")
loss = xclr_loss(z, s, tau=given["tau"], tau_s=given["tauS"])
loss.backward()
print(json.dumps({"loss": loss.item(), "gradient": z.grad.flatten().tolist()}))
`;

it.skipIf(!hasTorch)('gives the value and the gradient of contrastiveLoss (skipped without PyTorch)', () => {
  const random = new Random(3);
  const uniform = () => random.below(2_000_000) / 1_000_000 - 1;
  const [n, d, tau, tauS] = [10, 4, 0.2, 0.15];
  const z = Array.from({ length: n }, () => Array.from({ length: d }, uniform));
  const half = Array.from({ length: n }, () => Array.from({ length: n }, uniform));
  // Symmetric, and −2 for "never" at a few places: JSON has no infinity.
  const s = half.map((row, i) =>
    row.map((_, j) => ((i + j) % 7 === 3 ? -2 : half[Math.min(i, j)]![Math.max(i, j)]!)),
  );
  const found = JSON.parse(
    execFileSync(python, ['-c', program, `${root}examples`], {
      input: JSON.stringify({ z, s, tau, tauS }),
      encoding: 'utf8',
    }),
  ) as { loss: number; gradient: number[] };
  scoped(() => {
    const rows = tensor(z.flat(), { dtype: 'float64' }).reshape([n, d]).requiresGrad_();
    const logits = s.flat().map((value) => (value < -1 ? Number.NEGATIVE_INFINITY : value / tauS));
    const loss = contrastiveLoss(rows, tensor(logits, { dtype: 'float64' }).reshape([n, n]), {
      temperature: tau,
    });
    loss.backward();
    // Both in float64: only the order of sums differs.
    expect(found.loss).toBeCloseTo(loss.item(), 12);
    rows.grad!.toNumbers().forEach((value, i) => {
      expect(value).toBeCloseTo(found.gradient[i]!, 12);
    });
  });
});
