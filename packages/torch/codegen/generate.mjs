// Generates src/ops.generated.ts from the schemas of the linked LibTorch, by the allow-list.
//
//   node codegen/generate.mjs           dump the schemas into codegen/schemas.json and generate
//   node codegen/generate.mjs --check   fail if what is committed is not what this would write
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { native } from '../dist/native.js';
import { allowList } from './allow-list.mjs';
import { emit } from './emit.mjs';
import { parseSchema } from './schema.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const schemasFile = path('schemas.json');
const outputFile = path('../src/ops.generated.ts');
const check = process.argv.includes('--check');

function dump() {
  const schemas = {};
  for (const key of allowList.flatMap((entry) => alternatives(entry))) {
    const [name, overload = ''] = key.split('.');
    const text = native.schemaText(`aten::${name}`, overload);
    if (text === null) throw new Error(`${key}: this LibTorch has no such operator`);
    schemas[key] = text;
  }
  return { torch: native.buildInfo().builtFor, schemas };
}

/** `add.Tensor|add.Scalar` → both keys. */
function alternatives(entry) {
  return entry.split('|');
}

function generate({ torch, schemas }) {
  const groups = allowList.map((entry) => alternatives(entry).map((key) => parseSchema(key, schemas[key])));
  return emit(groups, torch);
}

function fail(message) {
  console.error(`codegen: ${message}`);
  process.exit(1);
}

if (check) {
  const committed = JSON.parse(readFileSync(schemasFile, 'utf8'));
  if (generate(committed) !== readFileSync(outputFile, 'utf8'))
    fail('src/ops.generated.ts is stale: run `npm run codegen`');
  const linked = dump();
  if (linked.torch === committed.torch && JSON.stringify(linked) !== JSON.stringify(committed)) {
    fail('codegen/schemas.json is stale: run `npm run codegen`');
  }
  // Another LibTorch may have grown arguments at the end; the ones we pass by position must still be where they were.
  for (const [key, text] of Object.entries(committed.schemas)) {
    const ours = parseSchema(key, text).arguments.map((argument) => argument.name);
    const theirs = parseSchema(key, linked.schemas[key]).arguments.map((argument) => argument.name);
    const differs = ours.findIndex((name, i) => name !== theirs[i]);
    if (differs >= 0)
      fail(
        `${key}: argument ${differs} is '${theirs[differs]}' in LibTorch ${linked.torch}, '${ours[differs]}' here`,
      );
  }
  console.log(
    `codegen: fresh (${allowList.length} functions, ${Object.keys(committed.schemas).length} operators, LibTorch ${linked.torch})`,
  );
} else {
  const linked = dump();
  writeFileSync(schemasFile, `${JSON.stringify(linked, null, 2)}\n`);
  writeFileSync(outputFile, generate(linked));
  execFileSync('node', [fileURLToPath(import.meta.url), '--check'], { stdio: 'inherit' });
}
