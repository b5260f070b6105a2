// Which instructions of the processor programs may use: environments that make one processor compute as others do.

const lower = {
  // Convolutions and matrix products of oneDNN, LibTorch's own kernels, and OpenBLAS choose each for themselves.
  AVX2: { ONEDNN_MAX_CPU_ISA: 'AVX2', ATEN_CPU_CAPABILITY: 'avx2', OPENBLAS_CORETYPE: 'Haswell' },
  AVX512_CORE: { ONEDNN_MAX_CPU_ISA: 'AVX512_CORE' },
  all: {},
};

/** What to set for AVX2, for AVX512_CORE (without its bfloat16), or for all that the processor has. */
export function instructionsEnvironment(name) {
  if (Object.hasOwn(lower, name)) return lower[name];
  throw new Error(`--instructions: expected ${Object.keys(lower).join(', ')}, got ${name}`);
}

/** The same and the number of threads, for each combination of two comma-separated lists. */
export function combinations({ instructions, threads }) {
  return instructions.split(',').flatMap((name) =>
    threads.split(',').map((count) => ({
      instructions: name,
      threads: Number(count),
      environment: instructionsEnvironment(name),
    })),
  );
}
