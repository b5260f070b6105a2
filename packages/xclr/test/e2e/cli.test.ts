// The command line as a user meets it: real processes, real files.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { xclrHere } from '../cli/here.js';
import { putDataset, temporaryFolder } from '../train/make.js';

const launcher = fileURLToPath(new URL('../../dist/cli/launch.js', import.meta.url));
const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs `xclr …`; `watch` sees the output as it grows. */
function xclr(
  args: readonly string[],
  watch: (output: string, child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [launcher, ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      watch(output, child);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

const training = (run: string, steps = '12') => [
  ...[
    'train',
    '--data',
    manifest,
    '--run',
    run,
    '--encoder',
    'resnet18',
    '--width',
    '0.125',
    '--size',
    '32',
    '--recipe',
    'light',
  ],
  ...[
    '--text-encoder',
    'wordnet',
    '--graph-temperature',
    'auto',
    '--batch-size',
    '8',
    '--steps',
    steps,
    '--precision',
    'float32',
  ],
  ...['--threads', '1', '--workers', '1', '--log-every', '1'],
];

describe('xclr', () => {
  it('tells a newcomer what there is', async () => {
    const { code, output } = await xclr(['--help']);
    expect(code).toBe(0);
    for (const command of ['quickstart', 'train', 'eval', 'data', 'doctor'])
      expect(output).toContain(command);
    expect((await xclr(['train', '--help'])).output).toContain('--graph-temperature');
  });

  it('trains, and evaluates what it trained', async () => {
    const run = join(folder, 'whole');
    const trained = await xclr(training(run));
    expect(trained.code, trained.output).toBe(0);
    const evaluated = await xclr(['eval', run, '--split', 'validation']);
    expect(evaluated.code, evaluated.output).toBe(0);
    expect(evaluated.output).toMatch(/knn_label .*\d\.\d{3}/);
    const { features } = JSON.parse(readFileSync(join(run, 'evaluation.json'), 'utf8'));
    expect(features.alignment_captions.value).toBeGreaterThanOrEqual(-1);
  });

  it('stops at Ctrl-C and resumes bit for bit', async () => {
    const run = join(folder, 'interrupted');
    const metrics = join(run, 'metrics.jsonl');
    const stopped = await new Promise<Ended>((resolve) => {
      let child: ChildProcess | undefined;
      const ended = xclr(training(run), (_, process) => {
        child = process;
      });
      const timer = setInterval(() => {
        if (!existsSync(metrics) || readFileSync(metrics, 'utf8').split('\n').length <= 3) return;
        clearInterval(timer);
        child?.kill('SIGINT');
      }, 5);
      ended.then((end) => {
        clearInterval(timer);
        resolve(end);
      });
    });
    expect(stopped.code, stopped.output).toBe(130); // so that `train && export` goes no further
    const resumed = await xclr(['train', '--resume', '--run', run]);
    expect(resumed.code, resumed.output).toBe(0);
    expect(resumed.output).toMatch(
      /resuming from step \d+ of 12 \(epoch \d, batch \d of 4\), saved in .*last/,
    );
    const model = (name: string) =>
      readFileSync(join(folder, name, 'checkpoints', 'last', 'model.safetensors'));
    expect(model('interrupted').equals(model('whole'))).toBe(true);
  });

  it.each([
    ['an unknown setting', ['train', '--data', 'x', '--temperatur', '0.1'], /Did you mean --temperature\?/],
    [
      'a zero temperature',
      ['train', '--data', 'x', '--temperature', '0'],
      /--temperature: .*more than 0, got 0/,
    ],
    [
      'data that are not there',
      ['train', '--data', 'nowhere.csv', '--text-encoder', 'wordnet'],
      /nowhere\.csv/,
    ],
    ['a folder that is no run', ['eval', 'nowhere'], /expected a config\.json/],
    [
      'a run that exists',
      ['train', '--data', '__manifest__', '--run', 'whole', '--text-encoder', 'wordnet'],
      /exists and is not empty/,
    ],
  ])('answers %s without a stack', async (_, args, message) => {
    const { code, err } = await xclrHere(folder)(
      ...args.map((arg) => (arg === '__manifest__' ? manifest : arg)),
    );
    expect(code).not.toBe(0);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('says which weights file is cut short', async () => {
    const weights = join(folder, 'whole', 'checkpoints', 'best', 'model.safetensors');
    truncateSync(weights, 500);
    const { code, err } = await xclrHere(folder)(...training(join(folder, 'cut')), '--weights', weights);
    expect(code).not.toBe(0);
    expect(err).toMatch(/weights .*model\.safetensors/);
  });
});
