// Formats of checkpoints: what an earlier version wrote is read, what a later one wrote is refused.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type StateFile, stateOf } from '../../src/train/checkpoint-format.js';
import { runTraining } from '../../src/train/session.js';
import { putDataset, smallConfig, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let manifest = '';

beforeAll(async () => {
  manifest = await putDataset(join(folder, 'data'));
});

const stateFile = (run: string) => join(run, 'checkpoints', 'last', 'state.json');
const weights = (run: string) => readFileSync(join(run, 'checkpoints', 'last', 'model.safetensors'));

async function stoppedAfter(step: number, run: string): Promise<StateFile> {
  const controller = new AbortController();
  await runTraining(smallConfig(manifest, run), {
    stop: controller.signal,
    onStep: (progress) => void (progress.step === step && controller.abort()),
  });
  return JSON.parse(readFileSync(stateFile(run), 'utf8')) as StateFile;
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
    expect(state.format).toBe(2);
    expect(state.components).toMatchObject({
      loader: { epoch: 1, batch: 2 }, // four steps an epoch
      schedule: { step: 6 },
      progress: { step: 6 },
      generator: { cpu: expect.any(String) },
      stopwatch: { seconds: expect.any(Number) },
      optimizer: { kind: 'AdamW' },
    });
  });

  it('of format 1 resumes bit for bit', async () => {
    const [whole, old] = [join(folder, 'whole'), join(folder, 'old')];
    await runTraining(smallConfig(manifest, whole));
    const state = await stoppedAfter(6, old);
    writeFileSync(stateFile(old), JSON.stringify(inFirstFormat(state)));
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
    writeFileSync(stateFile(run), JSON.stringify({ ...state, format: 3 }));
    await expect(runTraining(smallConfig(manifest, run, { resume: true }))).rejects.toThrow(
      /expected format 2 or earlier, got format 3[\s\S]*later version/,
    );
  });

  it('that lacks a component is refused by its name', async () => {
    const run = join(folder, 'lacking');
    const { components, ...rest } = await stoppedAfter(2, run);
    const { schedule: _schedule, ...kept } = components;
    writeFileSync(stateFile(run), JSON.stringify({ ...rest, components: kept }));
    await expect(runTraining(smallConfig(manifest, run, { resume: true }))).rejects.toThrow(
      /expected the state of the schedule/,
    );
  });

  it('is upgraded to what it would be today', () => {
    const first = {
      ...{ step: 5, epoch: 1, batch: 1, bestValidationLoss: 2, seconds: 3 },
      ...{ optimizer: { kind: 'SGD' }, rngState: 'AA==', checksums: {} },
    };
    expect(stateOf(first, 'x').components).toEqual({
      optimizer: { kind: 'SGD' },
      loader: { epoch: 1, batch: 1 },
      schedule: { step: 5 },
      generator: { cpu: 'AA==' },
      progress: { step: 5, bestValidationLoss: 2 },
      stopwatch: { seconds: 3 },
    });
  });
});
