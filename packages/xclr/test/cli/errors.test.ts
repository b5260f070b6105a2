// Wrong calls: each is answered with what is wrong and what to do, an exit status, and no stack.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainError } from '../../src/cli/explain-error.js';
import { programFor } from '../../src/cli/program.js';
import { UserError } from '../../src/util/errors.js';
import { everyCommand } from './here.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xclr-wrong-'));
  mkdirSync(join(folder, 'classes/cat'), { recursive: true });
  mkdirSync(join(folder, 'other'));
  for (const name of ['file', 'notes.txt', 'classes/cat/1.png', 'other/mine.txt'])
    writeFileSync(join(folder, name), 'x');
  writeFileSync(join(folder, 'bad.yaml'), 'seed: [1, 2\n');
  // Each line names the one before nine times: a thousand million values in 300 bytes.
  const bomb = Array.from(
    { length: 9 },
    (_, i) => `k${i + 1}: &k${i + 1} [${Array(9).fill(`*k${i}`).join(', ')}]`,
  );
  writeFileSync(join(folder, 'bomb.yaml'), `k0: &k0 [x]\n${bomb.join('\n')}\n`);
  writeFileSync(join(folder, 'data.csv'), 'image,caption\nclasses/cat/1.png,a cat\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Answer {
  readonly code: number;
  readonly said: string;
}

/** Runs a line in this process, as main.ts does; a word that begins with @ is a path in the test's folder. */
async function answer(line: string): Promise<Answer> {
  const words = line.split(' ').map((word) => (word.startsWith('@') ? join(folder, word.slice(1)) : word));
  let said = '';
  try {
    const { program, args } = await programFor(words);
    for (const command of everyCommand(program))
      command.exitOverride().configureOutput({
        writeErr: (text) => {
          said += text;
        },
      });
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { code: error.exitCode, said };
    const message = explainError(error);
    if (message === null) throw error;
    return { code: 1, said: message };
  }
  return { code: 0, said };
}

describe('a command line that cannot be understood', () => {
  it.each([
    ['trane', /unknown command 'trane'[\s\S]*train/],
    ['data inspec x', /unknown command 'inspec'[\s\S]*inspect[\s\S]*xclr data --help/],
    ['train --bacth-size 3', /unknown option '--bacth-size'[\s\S]*--batch-size[\s\S]*xclr train --help/],
    ['train extra', /too many arguments/],
    ['search', /missing required argument 'index'[\s\S]*xclr search --help/],
    ['search i --id x -k 0', /whole number from 1/],
    ['serve r --port 99999', /from 0 to 65535/],
    ['serve r --log-level loud', /debug, info, warn, error, silent/],
    ['embed r d x.npy --shard 3/2', /i\/n with i from 1 to n/],
    ['export r o --formats float64', /float32, float16, int8/],
    ['export r o --max-knn-loss -1', /number from 0/],
    ['eval r --split vali', /train, validation, test/],
    ['distill r --into foo', /mobilenet_v3_small/],
    ['quickstart --steps 0', /whole number from 1/],
    ['data pack d o --quality 101', /from 1 to 100/],
    ['data views d --images 0', /from 1 to 100/],
    ['data emoji --size 0', /from 1 to 4096/],
    ['graph calibrate d --mass 2', /between 0 and 1/],
    ['graph compare d a b --examples 0', /from 1 to 1000/],
  ])('%s', async (line, message) => {
    const { code, said } = await answer(line);
    expect(said).toMatch(message);
    expect(said).toMatch(/\n {2}→ xclr .*--help/);
    expect(code).toBe(2);
  });
});

describe('a call that cannot work', { timeout: 60_000 }, () => {
  it.each([
    ['train', /data\.path is missing: give --data/],
    ['train --data @nothing', /does not exist[\s\S]*→ Check the path/],
    ['train --data @notes.txt', /not a known kind of data[\s\S]*→ Give /],
    ['train --data @data.csv --workers 0', /--workers.*at least 1, got 0/],
    ['train --data @data.csv --method xlr', /Did you mean xclr/],
    ['train --data @data.csv --run @file --batch-size 2', /file/],
    [
      'train --data @data.csv --data-label-column kind',
      /no column "kind".*for the label; its columns are "image", "caption"/,
    ],
    ['train --config @bad.yaml', /bad\.yaml:\d+:\d+/],
    ['train --config @classes', /it is a folder/],
    ['train --config @nothing.yaml', /no such file/],
    ['train --config xclr-in2k', /Did you mean xclr-in1k/],
    ['train --resume --run @file', /config\.json/],
    ['train --help grahp', /no topic grahp[\s\S]*Did you mean graph/],
    ['init @nothing --output @x.yaml', /does not exist/],
    ['init @data.csv --output @classes', /must be a file, got the folder/],
    ['init @data.csv --output @settings.txt', /must end in \.yaml/],
    ['init @data.csv --output @no/where.yaml', /there is no folder/],
    ['init @data.csv --output @bad.yaml', /is there already[\s\S]*--force/],
    ['init @data.csv --output @x.yaml --epochs -1', /--epochs: epochs expected a number, more than 0/],
    ['init @data.csv --output @x.yaml --encoder resnet19', /--encoder.*Did you mean/],
    ['init @data.csv --output @x.yaml --data-caption-column captoin', /Did you mean "caption"/],
    [
      'train --data @data.csv --run /proc/x --batch-size 2',
      /run folder \/proc\/x cannot be made \(ENOENT.*\)\n {2}→ choose a place/,
    ],
    ['train --resume', /which run is resumed\n {2}→ .*xclr train --resume --run/],
    [
      'train --data @data.csv --method supcon --text-encoder clip --graph text',
      /--graph: graph\.kind must be labels/,
    ],
    ['train --data @data.csv --method simclr --views-count 1', /--views-count: views\.count must be 2/],
    ['train --data @data.csv --data-split-by kind', /--data-split-by is "kind"/],
    ['graph build @data.csv --text-encoder static', /--text-encoder static needs --graph-model/],
    ['train --data @data.csv --batch-size 64 --run @new', /--batch-size 64 is larger than/],
    ['train --config @bomb.yaml', /bomb\.yaml: its aliases.*cannot be followed[\s\S]*→ Write the values out/],
    ['compare @bomb.yaml', /bomb\.yaml: its aliases/],
    [
      'data pack @data.csv @other',
      /is not empty: it holds mine\.txt, and no packed store\n {2}→ .*new or empty/,
    ],
    ['eval @nothing', /config\.json[\s\S]*xclr train/],
    ['compare', /a plan file or --preset/],
    ['compare --preset foto', /emoji or photos, got foto/],
    ['compare --preset photos --data @nothing --dry-run', /does not exist/],
    ['compare @bad.yaml', /bad\.yaml:\d+:\d+/],
    ['embed @nothing @classes x.npy', /there is no such file|nothing/],
    ['index info @other', /there is no index[\s\S]*xclr index build/],
    ['index remove @other', /no id was given/],
    ['index build @i @data.csv', /\.parquet or \.npy/],
    ['search @other --image @nothing.png', /there is no image/],
    ['search @other --id x --html @classes', /expected a file, got the folder/],
    ['search @other', /one of --image, --id, --text and --duplicates/],
    ['data inspect @data.csv --out @classes', /expected a file, got the folder/],
    ['data pack @data.csv @file', /something else is there/],
    ['data verify @data.csv --out @file/list', /a file, not a folder/],
    ['data get', /name of a data set/],
    ['data get cifar', /cifar10/],
    ['graph build @nothing', /does not exist/],
  ])('%s', async (line, message) => {
    const { code, said } = await answer(line);
    expect(said).toMatch(message);
    expect(code).toBe(1);
  });
});

describe('explainError', () => {
  it('says what the system refused, and leaves our own faults their stack', () => {
    const full = Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' });
    expect(explainError(full)).toMatch(/disk is full[\s\S]*Free some space/);
    expect(explainError(full)).not.toMatch(/checkpoint|--resume/); // not every command has one
    const denied = Object.assign(new Error('x'), { code: 'EACCES', syscall: 'open', path: '/protected/x' });
    expect(explainError(denied)).toMatch(/^\/protected\/x: permission denied\n {2}→ /);
    expect(explainError(new UserError('bad', 'do this'))).toBe('bad\n  → do this');
    expect(explainError(new TypeError('undefined is not a function'))).toBeNull();
    expect(explainError(Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' }))).toBeNull();
  });
});
