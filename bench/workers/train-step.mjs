// Our side of the training-step benchmark: one JSON command a line in, one JSON answer a line out.
import {
  autocast,
  buildInfo,
  getNumThreads,
  manualSeed,
  nn,
  optim,
  randn,
  scoped,
  setNumThreads,
} from '@xclr/torch';
import { normalizeRows, softTargetLoss, softTargets } from '../../packages/xclr/dist/losses/index.js';
import { createEncoder, Projector } from '../../packages/xclr/dist/models/index.js';
import { answerLines } from '../lib/lines.mjs';

setNumThreads(Number(process.argv[2]));

/** The encoder, SimCLR's projector, one fixed batch of two views, SGD with momentum: what one step works on. */
function makeSetup({ encoder: name, size, batch, precision, layout, device = 'cpu' }) {
  manualSeed(0);
  const encoder = createEncoder(name);
  const model = new nn.Sequential(encoder, new Projector(encoder.features)).to({
    memoryFormat: layout,
    device,
  });
  const optimizer = new optim.SGD(
    { params: model.parameters() },
    { lr: 0.01, momentum: 0.9, weightDecay: 1e-4 },
  );
  const [images, targets] = scoped(() => {
    const captions = normalizeRows(randn([batch / 2, 64])).repeat([2, 1]); // (batch, 64)
    return [
      randn([batch, 3, size, size]).to({ memoryFormat: layout, device }),
      captions.matmul(captions.t()).div(0.1).to({ device }),
    ];
  });
  return { model, optimizer, images, targets, precision, device };
}

/**
 * One step.
 * @param read whether to wait for the loss
 */
function step({ model, optimizer, images, targets, precision, device }, read) {
  return scoped(() => {
    const forward = () => model.call(images); // (batch, 128)
    const z = precision === 'bfloat16' ? autocast(device, 'bfloat16', forward) : forward();
    // As training does it: whether every row has a positive is read with the loss, so that nothing waits here.
    const value = softTargetLoss(z, softTargets(targets), { temperature: 0.1 });
    optimizer.zeroGrad();
    value.backward();
    optimizer.step();
    return read ? value.item() : Number.NaN;
  });
}

function timedStep(setup) {
  const began = performance.now();
  const loss = step(setup, true);
  return { seconds: (performance.now() - began) / 1000, loss };
}

/** A GPU works behind the program, which waits for it only once: the mean of the steps stands for each. */
function timedTogether(setup, steps) {
  const began = performance.now();
  for (let i = 1; i < steps; i++) step(setup, false);
  const loss = step(setup, true);
  const seconds = (performance.now() - began) / 1000 / steps;
  return Array.from({ length: steps }, () => ({ seconds, loss }));
}

function dispose({ model, optimizer, images, targets }) {
  for (const owned of [model, optimizer, images, targets]) owned.dispose();
}

let setup = null;

await answerLines(({ make, steps }) => {
  const about = { threads: getNumThreads(), version: buildInfo().builtFor };
  if (make !== undefined) {
    if (setup !== null) dispose(setup);
    setup = makeSetup(make);
    return about;
  }
  const before = process.cpuUsage();
  const timed =
    setup.device === 'cpu'
      ? Array.from({ length: steps }, () => timedStep(setup))
      : timedTogether(setup, steps);
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = (user + system) / 1e6 / steps; // of the processor, a step
  return { seconds: timed.map(({ seconds }) => seconds), cpuSeconds, loss: timed.at(-1).loss, ...about };
});
