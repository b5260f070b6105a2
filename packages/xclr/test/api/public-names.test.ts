// What the package exports: the names of its root are a decision, every name is documented, each subpath loads by itself.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const at = (path: string) => join(root, path);

interface Exported {
  readonly name: string;
  readonly kind: string;
}
const { exportsOf } = (await import(pathToFileURL(at('scripts/lib/public-api.mjs')).href)) as {
  exportsOf: (path: string) => Exported[];
};
const { exports: subpaths } = JSON.parse(readFileSync(at('packages/xclr/package.json'), 'utf8')) as {
  exports: Record<string, { types: string; default: string }>;
};
const sourceOf = (compiled: string) =>
  at(join('packages/xclr', compiled.replace('./dist/', 'src/').replace(/\.js$/, '.ts')));

/** The files that a program loads that imports `specifier`. */
function loadedBy(specifier: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'xclr-import-'));
  try {
    execFileSync(process.execPath, ['--input-type=module', '-e', `await import('${specifier}')`], {
      cwd: at('packages/xclr'),
      env: { ...process.env, NODE_V8_COVERAGE: folder },
    });
    return readdirSync(folder).flatMap((name) => {
      const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        result: { url: string }[];
      };
      return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the root', () => {
  it('exports these names', () => {
    expect(
      exportsOf(at('packages/xclr/src/index.ts'))
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      'ConfigSources',
      'ContrastiveOptions',
      'Dataset',
      'DatasetOptions',
      'Encoder',
      'EncoderName',
      'EvaluateRunOptions',
      'Interval',
      'Method',
      'MetricResult',
      'Projector',
      'RunEvaluation',
      'RunFolder',
      'RunRecord',
      'Sample',
      'SentenceTransformerEncoder',
      'SessionOptions',
      'SimilarityGraph',
      'Split',
      'TextEncoder',
      'TextGraph',
      'TextGraphOptions',
      'TrainConfig',
      'TrainSettings',
      'TrainingOutcome',
      'TrainingProgress',
      'UserError',
      'WordNetEncoder',
      'classMatrixGraph',
      'clipLoss',
      'contrastiveLoss',
      'createEncoder',
      'encoderNames',
      'evaluateRun',
      'identityGraph',
      'labelGraph',
      'matrixGraph',
      'openDataset',
      'resolveTrainConfig',
      'runTraining',
      'supervisedLoss',
      'version',
    ]);
  });
});

describe.each(Object.entries(subpaths))('%s', (subpath, { types, default: compiled }) => {
  const names = exportsOf(sourceOf(compiled));

  it('is compiled, and exports each name once', async () => {
    expect(types).toBe(compiled.replace(/\.js$/, '.d.ts'));
    expect(new Set(names.map(({ name }) => name)).size).toBe(names.length);
    const values = names
      .filter(({ kind }) => kind !== 'interface' && kind !== 'type')
      .map(({ name }) => name);
    const module = (await import(at(join('packages/xclr', compiled)))) as object;
    expect(Object.keys(module).sort()).toEqual(values.sort());
  });

  it('documents each name', () => {
    const bare = (names as (Exported & { comment: string | null })[]).filter(
      ({ comment }) => comment === null,
    );
    expect(bare.map(({ name }) => `${subpath} ${name}`)).toEqual([]);
  });
});

describe('importing a subpath', () => {
  it.each(['xclr/losses', 'xclr/models', 'xclr/client'])(
    '%s loads no decoder and no ONNX runtime',
    (specifier) => {
      const files = loadedBy(specifier);
      expect(files.some((file) => file.includes('/dist/api/'))).toBe(true);
      expect(
        files.filter((file) => /node_modules\/(sharp|onnxruntime|@huggingface|hono|pg)\b/.test(file)),
      ).toEqual([]);
    },
  );

  it('the root loads no ONNX runtime, no server and no database client', () => {
    const files = loadedBy('xclr');
    expect(files.filter((file) => /node_modules\/(onnxruntime|hono|pino|pg|usearch)\b/.test(file))).toEqual(
      [],
    );
  });
});
