// The training step (forward, contrastive loss, backward, SGD) beside PyTorch's own, alternating in one run.
//
// Three processes with the same LibTorch, threads, precision and batch: ours with tcmalloc, as the launcher
// starts it; PyTorch as it comes; PyTorch with tcmalloc. Each in the layout that a few steps show to be its fastest. A round is a few
// steps of each, one after the other, and gives one ratio for each peer: what the machine does meanwhile falls on all equally.
//
// XCLR_BENCH_PEERS names other installations of PyTorch to compare with in place of that one, as they come and, from 2.0 on, compiled by
// torch.compile; LIBTORCH should name the torch folder of one of them. Such results are kept in a file of their own, and so are those of
// processors without units for bfloat16, where only float32 is compared.
import {
  allocator,
  allocatorName,
  file,
  inBfloat16,
  instructions,
  ofThisMachine,
  otherTorches,
  python,
  settings,
  threads,
} from './lib/environment.mjs';
import { Side } from './lib/side.mjs';
import { comparison, median, rotated, show } from './lib/statistics.mjs';

/** Steps a round are chosen so that a round of one side takes about `ROUND` seconds. */
const ROUND = 1.5;
const LAYOUTS = ['contiguous', 'channels_last'];

export const cases = [
  { name: 'resnet18-64px-float32', encoder: 'resnet18', size: 64, batch: 64, precision: 'float32' },
  { name: 'resnet18-64px-bfloat16', encoder: 'resnet18', size: 64, batch: 64, precision: 'bfloat16' },
  { name: 'resnet50-224px-float32', encoder: 'resnet50', size: 224, batch: 16, precision: 'float32' },
  { name: 'resnet50-224px-bfloat16', encoder: 'resnet50', size: 224, batch: 16, precision: 'bfloat16' },
];

const perSecond = (batch, { seconds }) => batch / median(seconds);

/** Views a second in each layout, by the fastest of a few steps: what disturbs a trial only makes it slower. */
async function layoutsOf(side, setup) {
  const found = {};
  if (side.compiled) return found; // compiling takes minutes: once is enough, in the layout of the same PyTorch as it comes
  for (const layout of LAYOUTS) {
    await side.ask({ make: { ...setup, layout } });
    await side.ask({ steps: 1 }); // makes the optimizer's state and warms the allocator
    const { seconds } = await side.ask({ steps: setup.size > 100 ? 2 : 6 });
    found[layout] = setup.batch / Math.min(...seconds);
  }
  return found;
}

const fastest = (byLayout) => Object.entries(byLayout).toSorted(([, a], [, b]) => b - a)[0][0];

async function compare(setup, ours, peers, rounds, log) {
  const { name, ...options } = setup;
  const sides = [ours, ...peers];
  const layouts = new Map();
  for (const side of sides) layouts.set(side, await layoutsOf(side, options));
  const chosen = new Map();
  for (const [side, found] of layouts) {
    chosen.set(side, side.compiled ? chosen.get(side.plain) : fastest(found));
    if (side.compiled) continue;
    const tried = Object.entries(found).map(([layout, rate]) => `${layout} ${show(rate)}`);
    log(`  ${name}: ${side.name}: ${tried.join(', ')} views/s`);
  }

  const rates = new Map(sides.map((side) => [side, []]));
  const steps = Math.max(1, Math.round((ROUND * layouts.get(ours)[chosen.get(ours)]) / options.batch));
  for (const side of sides) {
    const layout = chosen.get(side);
    await side.ask({ make: { ...options, layout, ...(side.compiled && { compiled: true }) } });
    await side.ask({ steps: 2 });
  }
  for (let round = 0; round < rounds; round++) {
    for (const side of rotated(sides, round)) {
      rates.get(side).push(perSecond(options.batch, await side.ask({ steps })));
    }
  }
  return peers.map((peer) => {
    const layoutsTried = { ours: layouts.get(ours), peer: layouts.get(peer) };
    const [layout, peerLayout] = [ours, peer].map((side) => chosen.get(side));
    const about = { layout, peerLayout, layoutsTried, threads, instructions, stepsPerRun: steps };
    return comparison({
      name,
      unit: 'views/s',
      ours: rates.get(ours),
      peer: rates.get(peer),
      peerName: peer.name,
      settings: about,
    });
  });
}

function ownPeers() {
  const command = [python, file('peer/train_step.py'), threads];
  const peers = [new Side('PyTorch', command, settings(null))];
  if (allocator) peers.push(new Side(`PyTorch with ${allocatorName}`, command, settings(allocator)));
  return peers;
}

function otherPeers() {
  return otherTorches.flatMap(({ python: other, version }) => {
    const command = [other, file('peer/train_step.py'), threads];
    const plain = new Side(`PyTorch ${version}`, command, settings(null));
    if (version.startsWith('1.')) return [plain];
    const compiled = new Side(`PyTorch ${version} compiled`, command, settings(null));
    return [plain, Object.assign(compiled, { compiled: true, plain })];
  });
}

/** Where rows are kept: what differs in LibTorch, instructions or threads from the table of all cases has a file of its own. */
export function resultName() {
  if (otherTorches.length === 0 && inBfloat16) return 'train-step';
  return ofThisMachine('train-step', ...otherTorches.map(({ version }) => version));
}

/** @returns rows as bench/results/train-step.json keeps them */
export async function run({ rounds, only = [], log }) {
  const ours = new Side(
    allocator ? `xclr with ${allocatorName}` : 'xclr',
    [process.execPath, file('workers/train-step.mjs'), threads],
    settings(allocator),
  );
  const peers = otherTorches.length > 0 ? otherPeers() : ownPeers();
  const rows = [];
  try {
    for (const setup of cases.filter(
      ({ name, precision }) =>
        (only.length === 0 || only.some((part) => name.includes(part))) &&
        (inBfloat16 || precision !== 'bfloat16'),
    )) {
      rows.push(...(await compare(setup, ours, peers, rounds, log)));
    }
  } finally {
    await Promise.all([ours, ...peers].map((side) => side.close()));
  }
  return rows;
}
