// Which device is meant: by name, by the launcher's LOCAL_RANK, and where there is no such GPU.
import { afterEach, expect, it, vi } from 'vitest';
import { chooseDevice } from '../../src/train/device.js';
import { autocastDtype, setPrecision, usablePrecision } from '../../src/train/precision.js';
import { explainDeviceMemory } from '../../src/util/device-memory.js';

const gpus = vi.hoisted(() => ({ count: 0, arithmetic: [] as object[] }));
vi.mock('@xclr/torch', async (original) => ({
  ...(await original<typeof import('@xclr/torch')>()),
  cudaAvailable: () => gpus.count > 0,
  cudaDevices: () => gpus.count,
  setArithmetic: (how: object) => gpus.arithmetic.push(how),
}));

afterEach(() => {
  vi.unstubAllEnvs();
  gpus.arithmetic = [];
});

it.each([
  [0, undefined, 'auto', 'cpu'],
  [0, '3', 'cpu', 'cpu'],
  [1, undefined, 'auto', 'cuda:0'],
  [4, undefined, 'cuda', 'cuda:0'],
  [4, '2', 'cuda', 'cuda:2'],
  [4, '2', 'auto', 'cuda:2'],
  [4, '2', 'cuda:1', 'cuda:1'],
  [1, '2', 'cuda', 'cuda:0'], // the launcher shows each process its own
  [4, '2', 'cpu', 'cpu'],
])('%i GPUs, LOCAL_RANK %s, --device %s: %s', (count, rank, asked, chosen) => {
  gpus.count = count;
  if (rank !== undefined) vi.stubEnv('LOCAL_RANK', rank);
  expect(chooseDevice(asked)).toBe(chosen);
});

it('names what is there, where a GPU is not', () => {
  gpus.count = 0;
  expect(() => chooseDevice('cuda')).toThrow(/expected an available device, got cuda\n.*use --device cpu/);
  gpus.count = 4;
  expect(() => chooseDevice('cuda:7')).toThrow(/one of cuda:0 to cuda:3, got cuda:7\n.*sees 4 GPUs/);
  vi.stubEnv('LOCAL_RANK', '9');
  expect(() => chooseDevice('cuda')).toThrow(/got cuda:9 \(LOCAL_RANK 9\)/);
});

it('precisions of GPUs are refused on a processor, and set how CUDA computes', () => {
  for (const precision of ['tf32', 'float16'] as const) {
    expect(() => usablePrecision(precision, 'cpu')).toThrow(/which only GPUs have[\s\S]*--precision float32/);
    expect(usablePrecision(precision, 'cuda:0')).toBe(precision);
  }
  expect([autocastDtype('tf32', 'cuda:0'), autocastDtype('auto', 'cuda:0')]).toEqual([null, 'bfloat16']);
  setPrecision('float32', 'cpu');
  expect(gpus.arithmetic).toEqual([]);
  setPrecision('float32', 'cuda:0');
  setPrecision('tf32', 'cuda:0', { deterministic: true });
  expect(gpus.arithmetic).toEqual([
    { tf32: false, benchmark: true, deterministic: false },
    { tf32: true, benchmark: false, deterministic: true },
  ]);
});

it('a full memory is told with a remedy, and no other error', () => {
  const said =
    'aten::empty: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.11 GiB';
  expect(explainDeviceMemory(new Error(said))!.message).toMatch(
    /^the GPU's memory is full: tried to allocate 2.00 GiB\n {2}→ Set a smaller --batch-size/,
  );
  expect(explainDeviceMemory(new Error('aten::mm: size mismatch'))).toBeNull();
});
