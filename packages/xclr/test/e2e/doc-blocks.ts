// The code blocks of the documentation: which there are, which are said not to be run, and running those of a page.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

export const root = fileURLToPath(new URL('../../../../', import.meta.url));
const launcher = fileURLToPath(new URL('../../dist/cli/launch.js', import.meta.url));

export interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** Why it is not run, of a comment `<!-- not run: … -->` on the line before. */
  readonly reason: string | undefined;
}

/** Pages whose blocks run one after the other in one folder, in the order in which a reader meets them. */
export const startPages = [
  'docs/start/your-images.md',
  'docs/start/is-it-any-good.md',
  'docs/start/ship-it.md',
] as const;
/** Pages whose blocks take longer, each in a folder of its own. */
export const slowPages = [
  'docs/data.md',
  'docs/graphs.md',
  'docs/training.md',
  'docs/search.md',
  'docs/deployment.md',
] as const;
/** Pages whose blocks other tests run: readme.test.ts and packed.test.ts, losses/python.test.ts. */
export const elsewhere = ['README.md', 'docs/python.md'] as const;

/** Pages of the site that are written by hand. */
export function documentedPages(): string[] {
  const places = ['*README.md', 'CONTRIBUTING.md', 'docs'];
  return execFileSync('git', ['ls-files', ...places], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((path) => path.endsWith('.md') && existsSync(join(root, path)));
}

export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** Blocks of shell, TypeScript, JavaScript, Python and YAML. */
export function blocksOf(page: string, text = textOf(page)): Block[] {
  const found = text.matchAll(
    /^(?:<!-- not run: ([^\n]+?) -->\n)?```(sh|bash|ts|typescript|js|javascript|python|yaml)\n([\s\S]*?)^```$/gm,
  );
  return [...found].map(({ 1: reason, 2: language, 3: code, index }) => ({
    page,
    line: text.slice(0, index).split('\n').length,
    language: language!,
    code: code!,
    reason,
  }));
}

export const isShell = ({ language }: Block): boolean => language === 'sh' || language === 'bash';
export const isSettings = ({ language }: Block): boolean => language === 'yaml';
export const isPython = ({ language }: Block): boolean => language === 'python';
/** A program in TypeScript or JavaScript. */
export const isProgram = (block: Block): boolean => !isShell(block) && !isSettings(block) && !isPython(block);

/** Settings that train in seconds. */
const small =
  '--encoder resnet18 --width 0.125 --size 32 --batch-size 8 --threads 1 --workers 1 --precision float32';

/** Trains what pages on a finished run begin with. */
export function trainFirst(folder: string): void {
  const run = `${small} --steps 2 --run runs/xclr-products`;
  execFileSync(process.execPath, [launcher, 'train', '--data', 'products.csv', ...run.split(' ')], {
    cwd: folder,
    stdio: 'pipe',
  });
}

/** What stands for a reader's data: `products.csv`, the same images in folders of classes, and a photograph. */
export async function putStandIns(folder: string): Promise<void> {
  const things = {
    shoes: ['red boots', 'black shoes', 'blue sandals', 'red slippers'],
    dresses: ['blue summer dress', 'red dress', 'white dress', 'black evening gown'],
    animals: ['tabby cat', 'beagle', 'white horse', 'brown eagle'],
  };
  const rows = ['id,image,caption,category,gender,price,split'];
  const looks = ['new', 'old', 'small', 'large', 'fine'];
  let hue = 0;
  for (const [category, captions] of Object.entries(things)) {
    for (const [k, caption] of captions.entries()) {
      for (let i = 0; i < 5; i++) {
        hue += 6;
        const image = await sharp({
          create: { width: 40, height: 36, channels: 3, background: `hsl(${hue} 60% ${30 + 10 * i}%)` },
        })
          .jpeg()
          .toBuffer();
        const name = `${k}${i}.jpg`;
        const split = i === 4 ? 'test' : i === 3 ? 'validation' : 'train';
        for (const place of [`images/${split}/${category}`, `goods/${category}`]) {
          mkdirSync(join(folder, place), { recursive: true });
          writeFileSync(join(folder, place, name), image);
        }
        rows.push(
          `${15_969 + hue / 6},goods/${category}/${name},${looks[i]} ${caption},${category},${hue % 12 === 0 ? 'Men' : 'Women'},${10 + hue / 12},${split}`,
        );
        if (hue === 6) writeFileSync(join(folder, 'photo.jpg'), image);
      }
    }
  }
  writeFileSync(join(folder, 'products.csv'), `${rows.join('\n')}\n`);
  writeFileSync(join(folder, 'a.yaml'), 'graph: { kind: text, encoder: wordnet }\n');
  writeFileSync(join(folder, 'b.yaml'), 'graph: { kind: attributes, columns: { label: 1 } }\n');
}

/** Runs a page's shell blocks in `folder`; gives what they print. `npx` and `xclr` are this checkout's, training is small. */
export function runPage(page: string, folder: string): string {
  const bin = join(folder, '.bin');
  mkdirSync(bin, { recursive: true });
  const lines = (shift: string) =>
    `#!/bin/sh\n${shift}case "$1 $*" in\n  train*--epochs*) set -- "$@" ${small} ;;\n` +
    `  train*--resume*) ;;\n  train*) set -- "$@" ${small} --steps 2 ;;\n  distill*) set -- "$@" --size 32 --batch-size 8 --steps 2 --threads 1 --workers 1 ;;\n  export*) set -- "$@" --max-knn-loss 100 ;;\nesac\nexec '${process.execPath}' '${launcher}' "$@"\n`;
  for (const [name, shift] of [
    ['npx', 'shift\n'],
    ['xclr', ''],
  ] as const) {
    writeFileSync(join(bin, name), lines(shift));
    chmodSync(join(bin, name), 0o755);
  }
  return blocksOf(page)
    .filter((block) => isShell(block) && block.reason === undefined)
    .map(({ code, line }) => {
      try {
        return execFileSync('sh', ['-e', '-c', code], {
          cwd: folder,
          env: { ...process.env, PATH: `${bin}:${dirname(process.execPath)}:${process.env.PATH}` },
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        });
      } catch (error) {
        const { stdout, stderr } = error as { stdout?: string; stderr?: string };
        throw new Error(
          `${page}:${line} fails:\n${code}\n${(stdout ?? '').slice(-1500)}\n${(stderr ?? '').slice(-1500)}`,
        );
      }
    })
    .join('\n');
}
