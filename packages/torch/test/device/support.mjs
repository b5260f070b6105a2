// What the device checks share: which device, seeded inputs, and comparisons that print what they compared.
//
// Checks are plain JavaScript on what tsc compiled, run by Node's own test runner, so that a machine with a GPU needs nothing but
// Node and LibTorch:   XCLR_TEST_DEVICE=cuda node --test packages/*/test/device/*.check.mjs
// Without a GPU they run on the CPU, which shows that the checks themselves work.
import assert from 'node:assert/strict';
import { cudaAvailable, scoped, setArithmetic, tensor } from '../../dist/index.js';

/** 'cpu', 'cuda' or 'cuda:N'. */
export const device = process.env.XCLR_TEST_DEVICE ?? 'cpu';
export const onGpu = device !== 'cpu';

if (onGpu) {
  assert.ok(cudaAvailable(), `XCLR_TEST_DEVICE is ${device}, and this LibTorch sees no GPU`);
  setArithmetic({ tf32: false, benchmark: false, deterministic: false }); // float32 is float32
}

/** Numbers of a normal distribution by a generator of our own: the same on every machine. */
export function normal(shape, seed, { dtype = 'float32', scale = 1 } = {}) {
  const count = shape.reduce((product, extent) => product * extent, 1);
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  const uniform = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return (((state ^ (state >>> 13)) >>> 0) + 0.5) / 2 ** 32;
  };
  const values = Float32Array.from(
    { length: count },
    () => scale * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
  return tensor(values, { shape, dtype });
}

const numbersOf = (value) =>
  Array.isArray(value)
    ? value
    : scoped(() => value.detach().to({ dtype: 'float64', device: 'cpu' }).toNumbers());

/** ‖got − expected‖ / ‖expected‖, and the largest difference. */
export function difference(got, expected) {
  const [a, b] = [numbersOf(got), numbersOf(expected)];
  assert.equal(a.length, b.length, `expected ${b.length} numbers, got ${a.length}`);
  let [square, norm, most] = [0, 0, 0];
  for (let i = 0; i < b.length; i++) {
    if (Object.is(a[i], b[i]) || (Number.isNaN(a[i]) && Number.isNaN(b[i])) || a[i] === b[i]) {
      if (Number.isFinite(b[i])) norm += b[i] * b[i];
      continue;
    }
    const apart = Math.abs(a[i] - b[i]);
    square += apart * apart;
    norm += b[i] * b[i];
    most = Math.max(most, Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart);
  }
  const relative = Math.sqrt(square) / Math.max(Math.sqrt(norm), 1e-30);
  return { relative: Number.isNaN(relative) ? Number.POSITIVE_INFINITY : relative, most };
}

/** Asserts that two tensors are near each other, and prints how near. */
export function near(what, got, expected, { relative: limit, absolute = 0 }) {
  const { relative, most } = difference(got, expected);
  const text = `${what}: relative difference ${relative.toExponential(1)} (limit ${limit}), largest ${most.toExponential(1)}`;
  console.log(`  ${text}`);
  assert.ok(relative <= limit || most <= absolute, text);
}

/** Bit for bit. */
export function same(what, got, expected) {
  const { most } = difference(got, expected);
  console.log(`  ${what}: ${most === 0 ? 'the same in every bit' : `differs by ${most}`}`);
  assert.equal(most, 0, `${what}: expected the same bits, differs by up to ${most}`);
}
