// The API of both packages as pages, made by TypeDoc from the sources and their comments: one page a module, under api/.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from 'typedoc';
import { pages, root } from './places.mjs';

/** Folder of the staged pages that holds the reference. */
export const apiFolder = 'api';

const packages = [
  { name: 'xclr', folder: 'packages/xclr' },
  { name: 'torch', folder: 'packages/torch' },
];

/** Subpaths of a package with the sources behind them. */
function entryPointsOf(folder) {
  const { exports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return Object.values(exports).map(({ default: file }) =>
    join(root, folder, file.replace('./dist/', 'src/').replace(/\.js$/, '.ts')),
  );
}

/** Makes the pages of one package. @throws where TypeDoc warns: of a link that leads nowhere, a comment that it cannot read */
async function makePages({ name, folder }) {
  const out = join(pages, apiFolder, name);
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    name,
    entryPoints: entryPointsOf(folder),
    tsconfig: join(root, folder, 'tsconfig.json'),
    out,
    readme: 'none',
    disableGit: true,
    disableSources: true,
    excludePrivate: true,
    excludeInternal: true,
    excludeExternals: true,
    skipErrorChecking: true, // tsc checks the types; TypeDoc reads them by another version
    router: 'module',
    entryFileName: 'index',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    parametersFormat: 'list',
    logLevel: 'Warn',
    validation: { notExported: false, invalidLink: true, notDocumented: false },
  });
  const project = await app.convert();
  if (project === undefined) throw new Error(`TypeDoc reads nothing of ${folder}`);
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new Error(`TypeDoc warns of ${folder}: see above`);
  for (const file of readdirSync(out, { recursive: true }).filter((path) => path.endsWith('.md')))
    finish(join(out, file), folder === 'packages/xclr' ? 'xclr' : '@xclr/torch');
  const entry = join(out, 'index.md');
  const about =
    'Every name that programs can import, by module, made from the types and the comments in the sources.';
  writeFileSync(
    entry,
    readFileSync(entry, 'utf8').replace(/^# .+$/m, (title) => `${title}\n\n${about}`),
  );
}

/** Names modules as programs import them, and says what Vue may not take for a template. */
function finish(file, name) {
  const raw = readFileSync(file, 'utf8');
  const counts = new Map();
  for (const [, heading] of raw.matchAll(/^#+ (\w+)/gm)) {
    const slug = heading.toLowerCase();
    counts.set(slug, (counts.get(slug) ?? 0) + 1);
  }
  const text = raw
    .replace(/^# (?:api\/|index$)(.*)$/m, (_, subpath) => `# ${subpath === '' ? name : `${name}/${subpath}`}`)
    .replace(/^(- \[)(?:api\/|(?=index\]))(\w+)\]/gm, (_, mark, subpath) =>
      subpath === 'index' ? `${mark}${name}]` : `${mark}${name}/${subpath}]`,
    )
    .replace(/^# (files|setup)$/m, `# ${name}/$1`)
    .replace(/^(- \[)(files|setup)\]/gm, `$1${name}/$2]`)
    .replaceAll('{{', '<span v-pre>{{</span>')
    // TypeDoc numbers a heading also where another module has one of that name.
    .replace(/\]\(#([\w-]+)-(\d+)\)/g, (whole, slug, n) =>
      counts.get(slug) > 0 && counts.get(slug) <= Number(n) ? `](#${slug})` : whole,
    );
  if (/<(?!\/?span|a id=|br)/.test(text.replace(/^```[\s\S]*?^```$|`[^`\n]*`|\\</gm, '')))
    throw new Error(`a comment has a < outside of code, which a page takes for HTML: see ${file}`);
  // Thousands of names, most of which differ in a letter: the search of the site is for the guides.
  writeFileSync(file, `---\nsearch: false\n---\n${text}`);
}

/** Makes the reference of both packages below .pages/api. */
export async function stageApi() {
  rmSync(join(pages, apiFolder), { recursive: true, force: true });
  for (const one of packages) await makePages(one);
}
