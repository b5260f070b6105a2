// `xclr graph …` as a user meets it: real files, real mistakes, and a process of its own where it is killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { putDataset, temporaryFolder } from '../train/make.js';
import { xclrHere } from './here.js';
import { command } from './run.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

const xclr = (...args: readonly string[]) => xclrHere(folder)('graph', ...args);

const wordnet = ['--text-encoder', 'wordnet'];
const page = (name: string) => readFileSync(join(folder, name), 'utf8');

/** A table of word vectors: three numbers for each of many words. */
function wordVectors(name: string, words: number): string {
  const path = join(folder, name);
  const lines = Array.from(
    { length: words },
    (_, i) => `w${i} ${Math.sin(i)} ${Math.cos(i)} ${Math.sin(3 * i)}`,
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** Many captions for one image file, which `graph build` never looks at. */
function captions(name: string, count: number): string {
  const path = join(folder, 'data', name);
  const rows = Array.from({ length: count }, (_, i) => `cat-0.png,${i},w${i % 500} w${Math.floor(i / 500)}`);
  writeFileSync(path, `image,id,caption\n${rows.join('\n')}\n`);
  return path;
}

describe('graph build', () => {
  it('says what it encoded, and finds it there the next time', async () => {
    const first = await xclr('build', manifest, ...wordnet);
    expect(first.out).toMatch(
      /wordnet: 8 distinct captions of 40 images\nencoded now: 8, in the store before: 0/,
    );
    expect((await xclr('build', manifest, ...wordnet)).out).toMatch(/encoded now: 0, in the store before: 8/);
  });

  it('resumes after a kill with what was encoded before', async () => {
    const model = wordVectors('words.txt', 600);
    const table = captions('many.csv', 40_000);
    const args = ['build', table, '--text-encoder', 'static', '--graph-model', model];
    // The command itself: a kill of the launcher would leave what it launched alive.
    const child = spawn(process.execPath, [command, 'graph', ...args], { cwd: folder, stdio: 'ignore' });
    const store = join(folder, '.cache', 'captions');
    const closed = once(child, 'close');
    const written = () =>
      existsSync(store) &&
      readdirSync(store).some(
        (name) =>
          name.includes('words') &&
          readdirSync(join(store, name)).some((file) => statSync(join(store, name, file)).size > 10_000),
      );
    while (!written() && child.exitCode === null) await sleep(5);
    child.kill('SIGKILL');
    await closed;
    const { out } = await xclr(...args);
    const [, now = '', before = ''] = /encoded now: ([\d,]+), in the store before: ([\d,]+)/.exec(out) ?? [];
    const number = (text: string) => Number(text.replaceAll(',', ''));
    expect(number(now) + number(before)).toBe(40_000);
    expect(number(before)).toBeGreaterThan(0);
    expect(number(now)).toBeGreaterThan(0);
    expect((await xclr(...args)).out).toMatch(/encoded now: 0/);
  });

  it('encodes captions only', async () => {
    const { code, err } = await xclr('build', manifest, '--graph', 'labels');
    expect(code).not.toBe(0);
    expect(err).toMatch(/graph build: expected graph.kind text, got labels/);
  });
});

describe('graph inspect', () => {
  it('writes a page with levels and neighbors', async () => {
    const { out } = await xclr('inspect', manifest, ...wordnet, '--of', 'cat-0.png', '--out', 'inspect.html');
    expect(out).toMatch(/mean similarity 0\.\d+; in a batch of \d+: [\d.]+ effective positives/);
    expect(page('inspect.html')).toMatch(/Examples at each level[\s\S]*Most and least similar images/);
  });

  it.each([
    ['an id that is not there', ['--of', 'unicorn-1'], /no sample has the id "unicorn-1"/],
    ['an unknown encoder', ['--text-encoder', 'wordnett'], /Did you mean wordnet\?/],
    ['a missing column', ['--data-caption-column', 'title'], /title/],
    ['an unknown flag', ['--graf', 'text'], /--graf/],
  ])('refuses %s', async (_, args, message) => {
    const { code, err } = await xclr(
      'inspect',
      manifest,
      ...(args.includes('--text-encoder') ? [] : wordnet),
      ...args,
    );
    expect(code).not.toBe(0);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n {4}at /); // no stack
  });
});

describe('graph calibrate', () => {
  it('proposes a τ_s, draws it, and training takes the same', async () => {
    const args = [...wordnet, '--batch-size', '8'];
    const { out } = await xclr('calibrate', manifest, ...args, '--out', 'calibration.html');
    const proposed = /--graph-temperature ([\d.]+)/.exec(out)?.[1];
    expect(page('calibration.html')).toContain(`proposed ${proposed}`);
    expect(page('calibration.html').match(/<svg/g)).toHaveLength(4); // one holds the symbols of all
    const inspected = await xclr(
      'inspect',
      manifest,
      ...args,
      '--graph-temperature',
      'auto',
      '--out',
      'auto.html',
    );
    expect(inspected.out).toContain(`τ_s ${proposed} (calibrated`);
  });

  it('calibrates other graphs too, and top-k within a batch', async () => {
    const args = ['calibrate', manifest, '--batch-size', '8', '--out', 'other.html'];
    expect((await xclr(...args, '--graph', 'random')).out).toMatch(/random similarities/);
    const plain = (await xclr(...args, ...wordnet)).out;
    expect((await xclr(...args, ...wordnet, '--graph-postprocess-top-k', '2')).out).not.toBe(plain);
  });

  it.each([
    [['--mass', '1.5'], /--mass.*'1\.5' is invalid.*between 0 and 1/],
    [['--graph', 'identity'], /a graph of kind identity has no τ_s/],
  ])('refuses %j', async (args, message) => {
    expect((await xclr('calibrate', manifest, ...args)).err).toMatch(message);
  });
});

describe('graph audit', () => {
  it('writes a page and a list that training takes', async () => {
    const { out } = await xclr(
      'audit',
      manifest,
      ...wordnet,
      '--out',
      'audit.html',
      '--exclude',
      'audit.jsonl',
    );
    expect(out).toMatch(/→ audit\.html, audit\.jsonl \(\d+ images to leave out\)/);
    expect(page('audit.html')).toContain('</html>');
    expect(existsSync(join(folder, 'audit.jsonl'))).toBe(true);
  });

  it('refuses a graph without captions', async () => {
    expect((await xclr('audit', manifest, '--graph', 'labels')).err).toMatch(
      /expected graph.kind text, got labels/,
    );
  });
});

describe('graph compare', () => {
  const settings = (name: string, graph: string) => {
    writeFileSync(join(folder, name), `graph: ${graph}\n`);
    return name;
  };

  it('says how far two graphs agree, and shows where not', async () => {
    const first = settings('first.yaml', '{ kind: text, encoder: wordnet }');
    const second = settings('second.yaml', '{ kind: random }');
    const { out } = await xclr('compare', manifest, first, second, '--out', 'graphs.html');
    expect(out).toMatch(/rank correlation over \d+ pairs: -?0\.\d+/);
    expect(page('graphs.html')).toMatch(/More similar in the first[\s\S]*More similar in the second/);
    expect((await xclr('compare', manifest, first, first)).out).toMatch(/pairs: 1\.000/);
  });

  it('lists ids that are missing on either side, shortened', async () => {
    const ids = Array.from({ length: 9 }, (_, i) => `id${i}`);
    const header = `,${ids.join(',')}`;
    const rows = ids.map((id, i) => `${id},${ids.map((_, j) => (i === j ? 1 : 0)).join(',')}`);
    writeFileSync(join(folder, 'matrix.csv'), `${[header, ...rows].join('\n')}\n`);
    const matrix = settings('matrix.yaml', '{ kind: matrix, path: matrix.csv }');
    const { err } = await xclr('compare', manifest, matrix, matrix);
    expect(err).toMatch(/no row for: .*… \(40 in all\)/);
    expect(err).toMatch(/Rows that no sample matches: id0, id1, id2, id3, id4, … \(9 in all\)/);
  });
});
