// Checks what imports what, types included: no cycles, nothing from a layer further up (lib/layers.mjs), and no package
// that the importing package does not declare. dpdm reads the imports: it brings a TypeScript with a JavaScript API, which
// TypeScript 7 has not.
//
//   node scripts/check-imports.mjs [FOLDER]     by default the repository's
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCircular, parseDependencyTree } from 'dpdm';
import { layers } from './lib/layers.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
process.chdir(process.argv[2] ?? here('..'));
const tree = await parseDependencyTree(
  ['packages/*/src/**/*.ts', 'packages/*/web/**/*.ts', 'apps/*/src/**/*.ts', 'apps/*/src/**/*.tsx'],
  {
    context: process.cwd(),
    tsconfig: here('../tsconfig.base.json'), // how `./a.js` names a.ts
    // Imports as they are written, not as they are once types are gone.
    transform: false,
    exclude: /node_modules|\/dist\//,
  },
);
const imports = Object.entries(tree).flatMap(([file, dependencies]) =>
  (dependencies ?? []).map(({ request, id }) => ({ file, request, target: id })),
);

const layerOf = (file) =>
  layers.findIndex(({ files, but }) => files.test(file) && (but === undefined || !but.test(file)));

function cycles() {
  return parseCircular(tree).map((files) => `cycle: ${[...files, files[0]].join(' → ')}`);
}

function upwards() {
  return imports.flatMap(({ file, target }) => {
    if (target === null || !(target in tree) || tree[target] === null) return [];
    const [from, to] = [layerOf(file), layerOf(target)];
    if (from < 0 || to < 0) return [];
    const lower = from > to && !layers[from].alone && !layers[to].alone;
    if (from === to || lower) return [];
    return [
      `layers: ${file} (${layers[from].name}) imports ${target} (${layers[to].name}), which is not below it`,
    ];
  });
}

function unlisted() {
  const files = Object.keys(tree).filter(
    (file) => tree[file] !== null && !file.startsWith('node:') && layerOf(file) < 0,
  );
  return files.map((file) => `layers: ${file} lies in no layer; name its folder in scripts/lib/layers.mjs`);
}

function undeclared() {
  const declared = new Map();
  const declaredBy = (folder) => {
    if (!declared.has(folder)) {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const { dependencies, optionalDependencies, peerDependencies } = manifest;
      const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
      declared.set(folder, new Set([manifest.name, ...names]));
    }
    return declared.get(folder);
  };
  return imports.flatMap(({ file, request }) => {
    if (request.startsWith('.') || request.startsWith('node:') || builtinModules.includes(request)) return [];
    const name = request
      .split('/')
      .slice(0, request.startsWith('@') ? 2 : 1)
      .join('/');
    const folder = file.split('/').slice(0, 2).join('/');
    if (declaredBy(folder).has(name)) return [];
    return [
      `packages: ${file} imports ${name}, which ${folder}/package.json does not list in its dependencies`,
    ];
  });
}

const faults = [cycles(), upwards(), unlisted(), undeclared()].flatMap((list) => list.sort());
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
const files = Object.keys(tree).filter((file) => layerOf(file) >= 0).length;
console.log(
  `imports: ${files} files in ${layers.length} layers, no cycle, none upwards, every package declared`,
);
