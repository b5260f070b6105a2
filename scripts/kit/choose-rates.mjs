// node scripts/kit/choose-rates.mjs TUNING PLAN: prints PLAN with, for each method, the learning rate whose run in the comparison TUNING
// (a folder with cells named METHOD-lr…) was best on the validation part, by the mean of linear probe and kNN. A method without runs of
// its own takes the rate of the one whose words its name has: xclr-minilm-prototypes that of xclr-prototypes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';

const [tuning, path] = process.argv.slice(2);
if (path === undefined) {
  console.error(
    'choose-rates: expected a folder and a plan\n  → node scripts/kit/choose-rates.mjs docs/results/gpu/tuning docs/results/gpu/plan.yaml',
  );
  process.exit(2);
}

/** METHOD → { lr, score } of the best run. */
const best = new Map();
for (const name of readdirSync(join(tuning, 'cells'))) {
  if (!name.endsWith('.json')) continue;
  const { method, metrics, config } = JSON.parse(readFileSync(join(tuning, 'cells', name), 'utf8'));
  const score = (metrics.probe_validation.value + metrics.knn_validation.value) / 2;
  const family = method.replace(/-lr\w+$/, '');
  const { lr } = config.optimizer;
  console.error(`${family} ${lr}: ${score.toFixed(4)}`);
  if (!(best.get(family)?.score >= score)) best.set(family, { lr, score });
}

const plan = parseDocument(readFileSync(path, 'utf8'));
for (const { key } of plan.get('methods').items) {
  const method = String(key);
  const words = new Set(method.split('-'));
  const [family] = [...best.keys()]
    .filter((one) => one.split('-').every((word) => words.has(word)))
    .sort((a, b) => b.length - a.length);
  if (family !== undefined) plan.setIn(['methods', method, 'optimizer', 'lr'], best.get(family).lr);
}
console.log(plan.toString({ lineWidth: 0 }));
