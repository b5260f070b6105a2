// node bench/device-step.mjs --device cuda [--out FILE] [--rounds N] [--case PART]: the training step on a GPU beside PyTorch's,
// alternating, in one run. Both sides take the same layout (channels_last), precision, batch and loss, wait for the device
// only at the end of a round, and are two processes that share the GPU but never work at the same time.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { file, python, settings } from './lib/environment.mjs';
import { Side } from './lib/side.mjs';
import { comparison, rotated, showSpread } from './lib/statistics.mjs';

const { values } = parseArgs({
  options: {
    device: { type: 'string', default: 'cuda' },
    out: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    case: { type: 'string', default: '' },
    compiled: { type: 'boolean', default: false },
  },
});

const cases =
  values.device === 'cpu'
    ? [{ encoder: 'resnet18', size: 32, batch: 8, precision: 'float32', steps: 2 }]
    : [
        { encoder: 'resnet18', size: 64, batch: 512, precision: 'bfloat16', steps: 40 },
        { encoder: 'resnet50', size: 64, batch: 512, precision: 'bfloat16', steps: 20 },
        { encoder: 'resnet50', size: 224, batch: 256, precision: 'bfloat16', steps: 8 },
        { encoder: 'resnet50', size: 224, batch: 256, precision: 'float32', steps: 4 },
      ];

const named = cases.map((setup) => ({
  name: `${setup.encoder}-${setup.size}px-${setup.precision}-${setup.batch}`,
  ...setup,
}));

const threads = '8';
const ours = new Side('xclr', [process.execPath, file('workers/train-step.mjs'), threads], settings(null));
const peers = [new Side('PyTorch', [python, file('peer/train_step.py'), threads], settings(null))];
if (values.compiled)
  peers.push(new Side('PyTorch compiled', [python, file('peer/train_step.py'), threads], settings(null)));
const sides = [ours, ...peers];
const rows = [];

for (const { name, steps, ...setup } of named.filter((one) => one.name.includes(values.case))) {
  const about = [];
  for (const side of sides) {
    const compiled = side.name === 'PyTorch compiled' ? { compiled: true } : {};
    about.push(
      await side.ask({ make: { ...setup, ...compiled, layout: 'channels_last', device: values.device } }),
    );
    await side.ask({ steps: Math.max(3, steps >> 2) }); // makes the optimizer's state, warms allocators and clocks
  }
  const rates = new Map(sides.map((side) => [side, []]));
  for (let round = 0; round < Number(values.rounds); round++)
    for (const side of rotated(sides, round)) {
      const { seconds } = await side.ask({ steps });
      rates.get(side).push(setup.batch / seconds[0]);
    }
  for (const peer of peers) {
    const row = comparison({
      name,
      unit: 'views/s',
      ours: rates.get(ours),
      peer: rates.get(peer),
      peerName: peer.name,
      settings: {
        ...setup,
        device: values.device,
        stepsPerRun: steps,
        versions: about.map(({ version }) => version),
      },
    });
    rows.push(row);
    console.log(
      `${name}: xclr ${showSpread(row.spread.ours)}, ${peer.name} ${showSpread(row.spread.peer)} views/s, ratio ${showSpread(row.spread.ratio)}`,
    );
  }
}
await Promise.all(sides.map((side) => side.close()));
if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(rows, null, 1)}\n`);
