// Formats of checkpoints: what an earlier version wrote is read, what a later one wrote or what is damaged is refused, and
// the complete ones that are left are offered.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { formatState, parseState, type StateFile } from '../../src/train/checkpoint-format.js';
import { explainStop } from '../../src/train/explain-stop.js';
import { RunFolder } from '../../src/train/run-folder.js';
import { runTraining } from '../../src/train/session.js';
import { newestWhole, wholeCheckpoint } from '../../src/train/whole-checkpoint.js';
import { UserError } from '../../src/util/errors.js';
import { asideOf } from '../../src/util/files.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

const stateFile = (run: string) => join(run, 'checkpoints', 'last', 'state.json');
const weights = (run: string) => readFileSync(join(run, 'checkpoints', 'last', 'model.safetensors'));

async function stoppedAfter(step: number, run: string, changes = {}): Promise<StateFile> {
  const controller = new AbortController();
  await runTraining(smallConfig(manifest, run, changes), {
    stop: controller.signal,
    onStep: (progress) => void (progress.step === step && controller.abort()),
  });
  return parseState(readFileSync(stateFile(run), 'utf8'), run)!;
}

/** The same state as version 0.1 wrote it: everything at the top, no number. */
function inFirstFormat({ components, checksums }: StateFile): object {
  const { optimizer, loader, progress, stopwatch, generator } = components as Record<string, object>;
  const rngState = (generator as { cpu: string }).cpu;
  return { ...progress, ...loader, ...stopwatch, optimizer, rngState, checksums };
}

describe('a checkpoint', () => {
  it("keeps every component's state under its name", async () => {
    const state = await stoppedAfter(6, join(folder, 'named'));
    expect(state.format).toBe(3);
    expect(state.components).toMatchObject({
      loader: { epoch: 1, batch: 2 }, // four steps an epoch
      schedule: { step: 6 },
      progress: { step: 6 },
      generator: { cpu: expect.any(String) },
      stopwatch: { seconds: expect.any(Number) },
      optimizer: { kind: 'AdamW' },
    });
  });

  it.each([1, 2])('of format %i resumes bit for bit', async (format) => {
    const [whole, old] = [join(folder, `whole-${format}`), join(folder, `old-${format}`)];
    await runTraining(smallConfig(manifest, whole));
    const state = await stoppedAfter(6, old);
    const content = format === 1 ? inFirstFormat(state) : { ...state, format: 2 };
    writeFileSync(stateFile(old), `${JSON.stringify(content, null, 2)}\n`);
    const notices: string[] = [];
    await runTraining(smallConfig(manifest, old, { resume: true }), {
      onNotice: (line) => notices.push(line),
    });
    expect(weights(old).equals(weights(whole))).toBe(true);
    expect(notices.join('\n')).toMatch(
      /resuming from step 6 of 10 \(epoch 2, batch 2 of 4\), saved in .*last/,
    );
  });

  it('of a later format is refused, not taken for damaged', async () => {
    const run = join(folder, 'later');
    const state = await stoppedAfter(2, run);
    writeFileSync(stateFile(run), formatState({ ...state, format: 4 }));
    await expect(runTraining(smallConfig(manifest, run, { resume: true }))).rejects.toThrow(
      /expected format 3 or earlier, got format 4[\s\S]*later version/,
    );
  });

  it('that lacks a component is refused by its name', async () => {
    const run = join(folder, 'lacking');
    const { components, ...rest } = await stoppedAfter(2, run);
    const { schedule: _schedule, ...kept } = components;
    writeFileSync(stateFile(run), formatState({ ...rest, components: kept }));
    await expect(runTraining(smallConfig(manifest, run, { resume: true }))).rejects.toThrow(
      /expected the state of the schedule/,
    );
  });

  it('is upgraded to what it would be today', () => {
    const first = {
      ...{ step: 5, epoch: 1, batch: 1, bestValidationLoss: 2, seconds: 3 },
      ...{ optimizer: { kind: 'SGD' }, rngState: 'AA==', checksums: {} },
    };
    expect(parseState(JSON.stringify(first), 'x')!.components).toEqual({
      optimizer: { kind: 'SGD' },
      loader: { epoch: 1, batch: 1 },
      schedule: { step: 5 },
      generator: { cpu: 'AA==' },
      progress: { step: 5, bestValidationLoss: 2 },
      stopwatch: { seconds: 3 },
    });
  });
});

describe('damage', () => {
  /** Five of ten steps, saved after each: `last` of step 5 and the one before; a validation saved `best`. */
  async function withBest(name: string): Promise<string> {
    const run = join(folder, name);
    await stoppedAfter(5, run, { checkpointEvery: { steps: 1 } });
    expect(newestWhole(join(run, 'checkpoints', 'best'))?.step).toBeGreaterThan(0);
    return run;
  }

  it('of a single bit of state.json is refused or harmless, wherever it is', async () => {
    const run = join(folder, 'flips');
    await stoppedAfter(1, run);
    const bytes = readFileSync(stateFile(run));
    const whole = parseState(bytes.toString('utf8'), 'x');
    expect(whole).toBeDefined();
    const accepted = (text: string): StateFile | undefined => {
      try {
        return parseState(text, 'x');
      } catch {
        return undefined; // refused
      }
    };
    for (let i = 0; i < bytes.length; i++) {
      const before = bytes[i]!;
      bytes[i] = before ^ (1 << (i % 8));
      const found = accepted(bytes.toString('utf8'));
      if (found !== undefined) expect(found, `byte ${i}`).toEqual(whole);
      bytes[i] = before;
    }
  });

  it('of a single bit of any file of a checkpoint is found', async () => {
    const run = await withBest('bits');
    const last = join(run, 'checkpoints', 'last');
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    for (const name of ['model.safetensors', 'optimizer.safetensors', 'state.json']) {
      const file = join(last, name);
      const bytes = readFileSync(file);
      for (let k = 0; k < 12; k++) {
        const at = Math.floor((k / 12) * bytes.length);
        const flipped = Buffer.from(bytes);
        flipped[at] = flipped[at]! ^ (1 << (k % 8));
        writeFileSync(file, flipped);
        expect(wholeCheckpoint(last), `${name}, byte ${at}`).toBe(`${last}.previous`);
      }
      writeFileSync(file, bytes);
    }
    expect(said.mock.lastCall?.[0]).toMatch(/state\.json is damaged.*: .*last\.previous \(step 4\) is taken/);
    said.mockClear();
    expect(wholeCheckpoint(last)).toBe(last);
    expect(said).not.toHaveBeenCalled();
    said.mockRestore();
  });

  it('of all that is called last names best, and the way to resume from it works', async () => {
    const run = await withBest('best-left');
    for (const name of ['last', 'last.previous'])
      truncateSync(join(run, 'checkpoints', name, 'model.safetensors'), 100);
    const { step } = newestWhole(join(run, 'checkpoints', 'best'))!;
    const refused = await runTraining(smallConfig(manifest, run, { resume: true })).catch((error) => error);
    expect(String(refused)).toMatch(
      /last\/model\.safetensors is damaged; .*previous\/model\.safetensors is damaged\n.*checkpoints\/best \(step \d+\)/,
    );
    expect(String(refused)).not.toMatch(/No complete checkpoint/);
    const commands = String(refused).match(/^ +(mv|cp) .*$/gm)!;
    expect(commands).toHaveLength(2);
    execFileSync('sh', ['-ec', commands.join('\n')]);
    const notices: string[] = [];
    const outcome = await runTraining(smallConfig(manifest, run, { resume: true }), {
      onNotice: (message) => notices.push(message),
    });
    expect(notices.join('\n')).toContain(`resuming from step ${step} of 10`);
    expect(outcome).toMatchObject({ finished: true, step: 10 });
  });

  it('where best was asked for names last, and how to take it', async () => {
    const run = await withBest('no-best');
    for (const name of ['best', 'best.previous'])
      rmSync(join(run, 'checkpoints', name), { recursive: true, force: true });
    expect(() => wholeCheckpoint(join(run, 'checkpoints', 'best'))).toThrow(
      /expected one at .*best, found none\n.*last \(step 5\) is complete: use --checkpoint last/,
    );
  });

  it('of every checkpoint says that none is left', async () => {
    const run = await withBest('none-left');
    for (const name of ['last', 'last.previous', 'best', 'best.previous']) {
      const file = join(run, 'checkpoints', name, 'model.safetensors');
      if (existsSync(file)) truncateSync(file, 100);
    }
    await expect(runTraining(smallConfig(manifest, run, { resume: true }))).rejects.toThrow(
      /No complete checkpoint is left/,
    );
  });

  it('by a kill between the two renames loses nothing, and the checkpoint is given its name', async () => {
    const run = await withBest('between');
    const last = join(run, 'checkpoints', 'last');
    const aside = asideOf(last).replace(`.${process.pid}-`, '.4194304-'); // of a process that has ended
    renameSync(last, aside);
    expect(newestWhole(last)).toEqual({ path: aside, step: 5 });
    const notices: string[] = [];
    await runTraining(smallConfig(manifest, run, { resume: true }), {
      onNotice: (message) => notices.push(message),
    });
    expect(notices.join('\n')).toContain('resuming from step 5 of 10');
    expect(existsSync(aside)).toBe(false);
    expect(newestWhole(last)?.step).toBe(10);
  });
});

describe('a training that stops by an error', () => {
  it('names the checkpoint to resume from where there is one, and only there', async () => {
    await stoppedAfter(2, join(folder, 'saved'));
    const run = RunFolder.open(join(folder, 'saved'));
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(String(explainStop(full, run))).toMatch(
      /the disk is full[\s\S]*Free some space[\s\S]*last \(step 2\) is complete: xclr train --resume --run/,
    );
    expect(String(explainStop(new UserError('the loss became NaN'), run))).toMatch(/NaN[\s\S]*step 2/);
    const fault = new TypeError('a fault of ours');
    expect(explainStop(fault, run)).toBe(fault);
    const empty = join(folder, 'empty-run');
    cpSync(run.path, empty, { recursive: true });
    rmSync(join(empty, 'checkpoints'), { recursive: true });
    expect(String(explainStop(full, RunFolder.open(empty)))).toMatch(/No checkpoint was saved yet/);
    expect(String(explainStop(full, RunFolder.open(empty)))).not.toMatch(/complete/);
  });
});
