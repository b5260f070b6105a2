// A run becomes a folder: complete, checked, loadable by others, whole or not at all.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { io } from '@xclr/torch';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEncoder } from '../../src/deploy/encoder/index.js';
import { preparationDiffers } from '../../src/deploy/encoder/preprocessor-config.js';
import { refuseLoss } from '../../src/deploy/export/export-report.js';
import { type ExportReport, exportRun } from '../../src/deploy/export/index.js';
import { createEncoder, loadEncoderWeights } from '../../src/models/index.js';
import { RunFolder } from '../../src/train/run-folder.js';
import { runTraining } from '../../src/train/session.js';
import { asidesOf } from '../../src/util/files.js';
import { putDataset, smallConfig, temporaryFolder } from '../train/make.js';

const folder = temporaryFolder();
const out = join(folder, 'exported');
let run: RunFolder;
let report: ExportReport;

beforeAll(async () => {
  const manifest = await putDataset(join(folder, 'data'));
  const settings = { steps: 30, notice: 'For tests alone.' };
  ({ run } = await runTraining(smallConfig(manifest, join(folder, 'run'), settings)));
  report = await exportRun(run, out, { license: 'CC0', maxKnnLoss: 100 });
});

describe('the folder', () => {
  it('has all files', () => {
    const files = readdirSync(out, { recursive: true, withFileTypes: true });
    expect(files.flatMap((file) => (file.isFile() ? [file.name] : [])).sort()).toEqual([
      'README.md',
      'config.json',
      'model.onnx',
      'model.safetensors',
      'model_fp16.onnx',
      'model_quantized.onnx',
      'preprocessor_config.json',
      'xclr.json',
    ]);
    expect(asidesOf(out)).toEqual([]);
    expect(existsSync(`${out}.lock`)).toBe(false);
  });

  it('agrees with LibTorch', () => {
    const [float32, float16, int8] = report.files;
    expect(report.files.map(({ format }) => format)).toEqual(['float32', 'float16', 'int8']);
    expect(float32!.relative).toBeLessThan(1e-4);
    expect(float16!.relative).toBeLessThan(1e-2);
    expect(int8!.cosine).toBeGreaterThan(0.95); // after 30 steps its features have small ranges; docs/results/deployment has a trained one
    expect(int8!.bytes).toBeLessThan(0.4 * float32!.bytes);
    expect(report.wholePath).toBeGreaterThan(0.99);
    for (const { measures } of [float32!, int8!])
      expect(Object.keys(measures)).toEqual(['knn_label', 'alignment_captions', 'triplets_captions']);
    expect(JSON.parse(readFileSync(join(out, 'xclr.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(report)),
    );
  });

  it('holds weights under torchvision’s names', async () => {
    using encoder = createEncoder('resnet18', { width: 0.125 });
    await loadEncoderWeights(encoder, join(out, 'model.safetensors'));
    const { tensors } = io.readSafetensors(join(out, 'model.safetensors'));
    expect(tensors.get('layer1.0.conv1.weight')!.toNumbers()).toEqual(
      encoder.stateDict().get('layer1.0.conv1.weight')!.toNumbers(),
    );
    for (const one of tensors.values()) one.dispose();
  });

  it('has a model card with method, data, license, measures and limits', () => {
    const card = readFileSync(join(out, 'README.md'), 'utf8');
    expect(card).toMatch(/^---\nlibrary_name: transformers.js\n/);
    for (const part of [
      'X-CLR',
      '32 training images of 40',
      'CC0',
      'knn_label',
      'wordnet',
      '## Limits',
      '30 steps',
    ])
      expect(card).toContain(part);
  });

  it('says the notice of its run before anything else on the card, and to programs', async () => {
    const card = readFileSync(join(out, 'README.md'), 'utf8');
    expect(card.indexOf('> **For tests alone.**')).toBeGreaterThan(0);
    expect(card.indexOf('> **For tests alone.**')).toBeLessThan(card.indexOf('An image encoder'));
    const written = readFileSync(join(out, 'preprocessor_config.json'), 'utf8');
    expect(JSON.parse(written)).toMatchObject({ notice: 'For tests alone.' });
    await using encoder = await openEncoder(out);
    expect(encoder.notice).toBe('For tests alone.');
  });

  it('opens as an encoder, the same in every precision', async () => {
    const image = readFileSync(join(folder, 'data', 'eagle-2.png'));
    const rows: Float32Array[] = [];
    for (const path of [
      run.path,
      out,
      join(out, 'onnx/model_fp16.onnx'),
      join(out, 'onnx/model_quantized.onnx'),
    ]) {
      await using encoder = await openEncoder(path);
      rows.push(await encoder.embed([await encoder.prepare(image)]));
    }
    for (const row of rows) {
      const cosine = row.reduce((sum, value, j) => sum + value * rows[0]![j]!, 0);
      expect(cosine).toBeGreaterThan(0.97);
    }
  });

  it.each(['fp32', 'fp16', 'q8'] as const)('loads in transformers.js as it is: %s', async (dtype) => {
    const { env, pipeline, RawImage } = await import('@huggingface/transformers');
    env.allowRemoteModels = false;
    env.localModelPath = folder;
    const embed = await pipeline('image-feature-extraction', 'exported', { dtype });
    // Of the model's own size: transformers.js resizes without antialiasing and darkens edges, which is its own affair.
    const path = join(folder, 'texture.png');
    const pixels = Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * i * 7 + (i % 13) * 40) % 256);
    await sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } })
      .png()
      .toFile(path);
    const theirs = (await embed(await RawImage.read(path))).data as Float32Array;
    await using encoder = await openEncoder(
      join(out, 'onnx', `${{ fp32: 'model', fp16: 'model_fp16', q8: 'model_quantized' }[dtype]}.onnx`),
    );
    const ours = await encoder.embed([await encoder.prepare(readFileSync(path))]);
    expect(theirs).toHaveLength(ours.length);
    for (const [j, value] of ours.entries()) expect(theirs[j]).toBeCloseTo(value, 4);
    await embed.dispose();
  });
});

describe('settings', () => {
  it('exports z and leaves out what is not asked for', async () => {
    const path = join(folder, 'projected');
    const { dimensions, files, wholePath } = await exportRun(run, path, {
      projector: true,
      formats: ['float32'],
      measure: false,
    });
    expect([dimensions, files.length, wholePath]).toEqual([128, 1, null]);
    expect(files[0]!.relative).toBeLessThan(1e-4);
    expect(existsSync(join(path, 'projector.safetensors'))).toBe(true);
  });

  it('says where its preprocessor cannot do what the run does: cut-outs on random backgrounds', async () => {
    expect(report.preparationDiffers).toBeNull();
    const { config } = run.readRecord();
    expect(preparationDiffers(config)).toBeNull();
    const placed = new RunFolder(join(folder, 'placed'));
    cpSync(run.path, placed.path, { recursive: true });
    const record = placed.readRecord();
    const views = { ...config.views, recipe: 'emoji', overrides: {} };
    placed.writeRecord({ ...record, config: { ...record.config, views } });
    const path = join(folder, 'placed-exported');
    const { preparationDiffers: differs } = await exportRun(placed, path, {
      formats: ['float32'],
      measure: false,
    });
    expect(differs).toMatch(/cut-outs .* squeezes the whole image to 32×32 pixels, on white/);
    expect(readFileSync(join(path, 'README.md'), 'utf8')).toContain(differs);
    const preprocessor = JSON.parse(readFileSync(join(path, 'preprocessor_config.json'), 'utf8'));
    expect(preprocessor).toMatchObject({ size: { height: 32, width: 32 }, do_center_crop: false });
  });

  it('needs no images for float alone, and says what does', async () => {
    const data = join(folder, 'nowhere.csv');
    await exportRun(run, join(folder, 'blind'), { data, formats: ['float32', 'float16'], measure: false });
    await expect(exportRun(run, join(folder, 'blind8'), { data })).rejects.toThrow(
      /cannot be read[\s\S]*--formats float32,float16 --no-measure/,
    );
    expect(existsSync(join(folder, 'blind8'))).toBe(false);
  });
});

describe('refusals leave nothing behind', () => {
  it('int8 that costs more than the limit', async () => {
    const path = join(folder, 'costly');
    await expect(exportRun(run, path, { maxKnnLoss: -101 })).rejects.toThrow(/int8 costs .* points/);
    expect(existsSync(path)).toBe(false);
  });

  it('a loss is more than the limit where what is printed is', () => {
    const files = (int8: number) => {
      const [float, quantized] = [0.4, int8].map((value) => ({ knn_label: { value } }));
      return [
        { ...report.files[0]!, format: 'float32', measures: float },
        { ...report.files[0]!, format: 'int8', measures: quantized },
      ] as unknown as ExportReport['files'];
    };
    expect(() => refuseLoss(files(0.3897), 1)).not.toThrow(); // 1.03 points
    expect(() => refuseLoss(files(0.3887), 1)).toThrow(
      'int8 costs 1.1 points of kNN accuracy on held-out images, more than 1',
    );
  });

  it('a folder that holds something', async () => {
    const path = join(folder, 'taken');
    mkdirSync(path);
    await exportRun(run, path, { formats: ['float32'], measure: false }); // empty: taken over
    writeFileSync(join(path, 'note.txt'), 'mine');
    await expect(exportRun(run, path)).rejects.toThrow(/exists and is not empty/);
    expect(readFileSync(join(path, 'note.txt'), 'utf8')).toBe('mine');
  });
});
