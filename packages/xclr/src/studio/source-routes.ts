// Routes of what other commands wrote: audits and comparisons, and the images that they name.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { claimLevel } from '../report/verdict.js';
import { UserError } from '../util/errors.js';
import { fitting, NotThere } from './answers.js';
import type { Datasets } from './datasets.js';
import { datasetImageQuery, sourceQuery } from './requests.js';
import { type Loose, numberIn, objectIn, objectLines, parseObject, textIn } from './run-files.js';
import type { Runs } from './runs.js';
import type { Thumbnails } from './thumbnails.js';
import type { AuditAnswer, ComparisonAnswer, SourceSummary } from './wire.js';

export interface SourceParts {
  readonly runs: Runs;
  readonly datasets: Datasets;
  readonly thumbnails: Thumbnails;
}

/** Findings that are shown. */
const mostFindings = 20_000;

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function addSourceRoutes(app: Hono, { runs, datasets, thumbnails }: SourceParts): void {
  const need = (id: string, kind: SourceSummary['kind']): SourceSummary => {
    const found = runs.sources.find((one) => one.id === id && one.kind === kind);
    if (found === undefined) throw new NotThere(`there is no ${kind} ${id}`);
    return found;
  };
  const read = (path: string): Promise<string> =>
    readFile(path, 'utf8').catch((error: Error) => {
      throw new UserError(`studio: ${path} cannot be read: ${error.message}`);
    });
  app.get('/api/audit', async (c) => {
    const source = need(fitting(sourceQuery, c.req.query()).source, 'audit');
    const lines = objectLines(await read(source.path)).slice(0, mostFindings);
    const answer: AuditAnswer = {
      name: source.name,
      findings: lines.flatMap(({ id, reason, caption, label }) => {
        const named = textIn(id);
        return named === null
          ? []
          : [
              {
                id: named,
                reason: textIn(reason) ?? '',
                caption: textIn(caption) ?? '',
                label: textIn(label),
              },
            ];
      }),
    };
    return c.json(answer);
  });
  app.get('/api/comparison', async (c) => {
    const source = need(fitting(sourceQuery, c.req.query()).source, 'comparison');
    const path = join(source.path, 'comparison.json');
    const text = await read(path);
    let comparison: Loose;
    try {
      comparison = parseObject(text);
    } catch (error) {
      throw new UserError(
        `studio: ${path} is damaged: ${(error as Error).message}`,
        'Run xclr compare again.',
      );
    }
    return c.json(comparisonOf(source.name, comparison));
  });
  app.get('/api/dataset/thumbnail', async (c) => {
    const { run, image: id, size } = fitting(datasetImageQuery, c.req.query());
    const { dataset, placeOf } = await datasets.of(runs.need(run));
    const place = placeOf.get(id);
    if (place === undefined) throw new NotThere(`the data have no image ${id}`);
    const webp = await thumbnails.of(dataset.samples[place]!.image, size).catch((error: Error) => {
      throw new NotThere(`the image ${id} cannot be read: ${error.message}`);
    });
    return c.body(webp, 200, { 'content-type': 'image/webp', 'cache-control': 'private, max-age=3600' });
  });
}

/** What a comparison's file holds, as far as it is of the expected kind. */
function comparisonOf(name: string, comparison: Loose): ComparisonAnswer {
  const differences = listIn(comparison.differences).map(objectIn);
  /** 'better', 'worse' or neither, as the comparison's own page says it of the focus less another method. */
  const verdict = (metric: unknown, fraction: unknown, other: unknown): 'better' | 'worse' | null => {
    const found = differences.find(
      (one) => one.metric === metric && one.fraction === fraction && one.other === other,
    );
    const [low, high, p] = [numberIn(found?.low), numberIn(found?.high), numberIn(found?.pHolm)];
    if (low === null || high === null || p === null || (low <= 0 && high >= 0) || p > claimLevel) return null;
    return (numberIn(found?.mean) ?? 0) > 0 ? 'worse' : 'better'; // said of the other method
  };
  return {
    name,
    focus: textIn(comparison.focus) ?? '',
    methods: listIn(comparison.methods)
      .map(objectIn)
      .map(({ key, title, control }) => ({
        key: textIn(key) ?? '',
        title: textIn(title) ?? '',
        control: control === true,
      })),
    metrics: listIn(comparison.metrics).filter((one): one is string => typeof one === 'string'),
    entries: listIn(comparison.entries)
      .map(objectIn)
      .map(({ metric, fraction, method, estimate, perSeed }) => {
        const { mean, low, high } = objectIn(estimate);
        return {
          metric: textIn(metric) ?? '',
          fraction: numberIn(fraction) ?? 1,
          method: textIn(method) ?? '',
          mean: numberIn(mean),
          low: numberIn(low),
          high: numberIn(high),
          perSeed: listIn(perSeed).map(numberIn),
          verdict: verdict(metric, fraction, method),
        };
      }),
    conclusions: listIn(comparison.conclusions).filter((one): one is string => typeof one === 'string'),
    definitions: Object.fromEntries(
      Object.entries(objectIn(comparison.definitions)).map(([key, text]) => [key, textIn(text) ?? '']),
    ),
  };
}
