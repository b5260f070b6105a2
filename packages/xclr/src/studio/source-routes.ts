// Routes of audits, and of the images of the data that runs were trained on.
import { readFile } from 'node:fs/promises';
import type { Hono } from 'hono';
import { jsonOf } from '../deploy/serve/answers.js';
import { UserError } from '../util/errors.js';
import { fitting, NotThere } from './answers.js';
import type { Asides } from './asides.js';
import { KeptDecisions } from './kept-decisions.js';
import { auditChange, datasetImageQuery, sourceQuery } from './requests.js';
import { dataPath, objectLines, textIn } from './run-files.js';
import type { Runs } from './runs.js';
import type { Thumbnails } from './thumbnails.js';
import type { AuditAnswer } from './wire.js';

export interface SourceParts {
  readonly runs: Runs;
  readonly asides: Asides;
  readonly thumbnails: Thumbnails;
}

/** Findings that are shown. */
const mostFindings = 20_000;

export function addSourceRoutes(app: Hono, { runs, asides, thumbnails }: SourceParts): void {
  const kept = new KeptDecisions(runs.out);
  app.get('/api/audit', async (c) => {
    const source = runs.source(fitting(sourceQuery, c.req.query()).source, 'audit');
    const text = await readFile(source.path, 'utf8').catch((error: Error) => {
      throw new UserError(`studio: ${source.path} cannot be read: ${error.message}`);
    });
    const decisions = kept.of(source.id);
    const answer: AuditAnswer = {
      name: source.name,
      findings: objectLines(text)
        .slice(0, mostFindings)
        .flatMap(({ id, reason, caption, label }) => {
          const named = textIn(id);
          if (named === null) return [];
          const [why, said] = [textIn(reason) ?? '', textIn(caption) ?? ''];
          const decision = decisions.get(named) ?? null;
          return [{ id: named, reason: why, caption: said, label: textIn(label), decision }];
        }),
    };
    return c.json(answer);
  });
  app.put('/api/audit', async (c) => {
    const { source, decisions } = fitting(auditChange, jsonOf(await c.req.text()));
    kept.change(runs.source(source, 'audit').id, decisions);
    return c.json({ kept: Object.keys(decisions).length });
  });
  app.get('/api/dataset/thumbnail', async (c) => {
    const { run, image: id, size } = fitting(datasetImageQuery, c.req.query());
    const { config } = runs.need(run);
    const path = dataPath(config);
    if (path === null) throw new NotThere('this run does not say where its data are');
    const image = await asides.do({ kind: 'sample-image', path, config, id });
    if (image === null) throw new NotThere(`the data have no image ${id}`);
    const webp = await thumbnails.of(image, size).catch((error: Error) => {
      throw new NotThere(`the image ${id} cannot be read: ${error.message}`);
    });
    return c.body(webp, 200, { 'content-type': 'image/webp', 'cache-control': 'private, max-age=3600' });
  });
}
