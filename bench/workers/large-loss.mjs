// node bench/workers/large-loss.mjs N strips|whole ROUNDS: loss and gradient of N views (128 numbers each, captions of 384), a process a case, as
// the most memory that a process ever had is its own. Prints a line of JSON a round: seconds, processor seconds, and MiB above the inputs.
import { readFileSync } from 'node:fs';
import { manualSeed, randn, scoped, setNumThreads } from '../../packages/torch/dist/index.js';
import { contrastiveLoss, normalizeRows, stripContrastiveLoss } from '../../packages/xclr/dist/api/losses.js';

const [views, form, rounds] = process.argv.slice(2);
const n = Number(views);
setNumThreads(Number(process.env.OMP_NUM_THREADS ?? 1));
manualSeed(0);
const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;

const z = randn([n, 128]).requiresGrad_();
const captions = scoped(() => normalizeRows(randn([n / 2, 384])).repeat([2, 1])); // (n, 384)
const logits = ({ start, end }) =>
  captions
    .narrow(0, start, end - start)
    .matmul(captions.t())
    .div(0.1); // (rows, n)
scoped(() => contrastiveLoss(randn([64, 128]), randn([64, 64])).item()); // loads what is loaded once
const before = peak();
for (let round = 0; round < Number(rounds); round++) {
  const began = performance.now();
  const used = process.cpuUsage();
  const loss = scoped(() => {
    const value =
      form === 'whole' ? contrastiveLoss(z, logits({ start: 0, end: n })) : stripContrastiveLoss(z, logits);
    value.backward();
    return value.item();
  });
  const { user, system } = process.cpuUsage(used);
  const seconds = (performance.now() - began) / 1000;
  const [processors, mebibytes] = [(user + system) / 1e6, peak() - before];
  console.log(JSON.stringify({ seconds, processors, mebibytes, loss }));
}
