// Checks that every value that a file of src exports is imported by another file of src, or is public (an entry of
// package.json's exports leads to it). What tests alone need has `@internal` in its comment; what nothing needs goes, and what
// only its own file needs is not exported. Types are left out: they may name a part of a signature. Vite's parser reads the
// TypeScript.
//
//   node scripts/check-unused-exports.mjs [FOLDER]     by default the repository's
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));

const packages = ['packages', 'apps']
  .map((folder) => join(root, folder))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));

/** The packages' entries: 'xclr/data' → the source that it leads to. */
const entries = new Map(
  packages.flatMap((folder) => {
    const { name, exports = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return Object.entries(exports).map(([subpath, { default: built }]) => [
      join(name, subpath),
      join(folder, built.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts')),
    ]);
  }),
);

/** The file of the repository that an import names; undefined for a package of others. */
function sourceOf(file, request) {
  if (!request.startsWith('.')) return entries.get(request);
  const source = resolve(dirname(file), request).replace(/\.js$/, '.ts');
  return [source, `${source}x`].find((one) => existsSync(one));
}

const everything = Symbol('everything');

/** What a file exports itself, passes on and imports. */
function read(file) {
  const text = readFileSync(file, 'utf8');
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const own = [];
  const passed = [];
  for (const { start, entries: names } of module.staticExports)
    for (const { moduleRequest, importName, exportName, localName, isType } of names) {
      const name = exportName.name ?? (exportName.kind === 'Default' ? 'default' : everything);
      if (moduleRequest === null)
        own.push({ name, local: localName.name ?? name, isType, internal: isInternal(text, start) });
      else
        passed.push({
          name,
          isType,
          from: sourceOf(file, moduleRequest.value),
          imported: importName.kind === 'Name' ? importName.name : everything,
        });
    }
  const imported = module.staticImports.flatMap(({ moduleRequest, entries: names }) =>
    names.map(({ importName, localName }) => ({
      from: sourceOf(file, moduleRequest.value),
      name:
        importName.kind === 'Name' ? importName.name : importName.kind === 'Default' ? 'default' : everything,
      local: localName.value,
    })),
  );
  // `await import('…')`: what is taken of it is not looked at; nor what an `import('…').Type` takes.
  const whole = [...text.matchAll(/\bimport\(\s*'([^']+)'\s*,?\s*\)/g)].map(([, request]) => ({
    from: sourceOf(file, request),
    name: everything,
  }));
  return { text, own, passed, imported: [...imported, ...whole] };
}

/** Whether the comment right above says `@internal`. */
function isInternal(text, start) {
  const before = text.slice(0, start).trimEnd();
  return before.endsWith('*/') && before.slice(before.lastIndexOf('/**')).includes('@internal');
}

const filesIn = (folders) =>
  folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
    .filter((file) => /\.tsx?$/.test(file));
const sources = filesIn(packages.flatMap((folder) => [join(folder, 'src'), join(folder, 'web')]));
const modules = new Map(sources.map((file) => [file, read(file)]));

/** Marks a name of a file in `marks`, and the name that stands behind it where it is passed on. */
function mark(marks, file, name) {
  if (!modules.has(file)) return;
  if (!marks.has(file)) marks.set(file, new Set());
  const names = marks.get(file);
  if (names.has(name)) return;
  names.add(name);
  const { own, passed, imported } = modules.get(file);
  for (const { name: outer, from, imported: inner } of passed) {
    if (name === everything || outer === name) mark(marks, from, inner);
    else if (outer === everything) mark(marks, from, name);
  }
  // `import { a } from …; export { a }` passes on as well.
  for (const { local } of own.filter((one) => name === everything || one.name === name))
    for (const one of imported.filter((other) => other.local === local)) mark(marks, one.from, one.name);
}

const used = new Map();
for (const file of entries.values()) mark(used, file, everything);
for (const { imported } of modules.values()) for (const { from, name } of imported) mark(used, from, name);

/** What tests, benchmarks and examples take. A name that is only passed on needs no mark for them. */
const tried = new Map();
const trials = packages
  .map((folder) => join(folder, 'test'))
  .concat(join(root, 'bench'), join(root, 'examples'));
for (const file of filesIn(trials)) for (const { from, name } of read(file).imported) mark(tried, from, name);

/** Whether a name of a file is in `marks`. */
const has = (marks, file, name) => marks.get(file)?.has(name) || marks.get(file)?.has(everything) || false;

const faults = [];
for (const [file, { text, own, passed }] of modules) {
  const where = relative(root, file);
  for (const { name, isType, internal } of own) {
    if (isType || internal || has(used, file, name)) continue;
    const within = [...text.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length > 1;
    const forTests = has(tried, file, name) ? 'mark it @internal, as tests take it, or ' : '';
    const remedy = `${forTests}${within ? 'do not export it' : 'delete it'}`;
    faults.push(`${where} exports ${name}, which no other file imports: ${remedy}`);
  }
  for (const { name, isType } of passed) {
    if (isType || name === everything || has(used, file, name) || has(tried, file, name)) continue;
    faults.push(`${where} passes on ${name}, which no other file imports from it: leave it out`);
  }
}
for (const fault of faults.sort()) console.error(fault);
if (faults.length > 0) process.exit(1);
const count = [...modules.values()].reduce((sum, { own }) => sum + own.length, 0);
console.log(`exports: ${count} names of ${modules.size} files, each imported or public`);
