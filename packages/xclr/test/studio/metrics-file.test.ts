// metrics.jsonl as it grows: nothing is read twice, half lines wait, what is no row is counted.
import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MetricColumns } from '../../src/studio/metric-columns.js';
import { MetricsFile } from '../../src/studio/metrics-file.js';
import { thinOut } from '../../src/studio/thin-out.js';
import { metricsRow, put, temporaryFolder } from './make.js';

const folder = temporaryFolder();
let serial = 0;
const path = () => join(folder, `metrics-${serial++}.jsonl`);
const line = (step: number) => `${JSON.stringify(metricsRow(step))}\n`;

async function readAll(file: MetricsFile): Promise<void> {
  await file.look();
  while (file.behind) await file.advance();
}

it('reads every byte of a file of 100,000 lines once, however often it grows', async () => {
  const rows = 100_000;
  const place = put(path(), Array.from({ length: rows }, (_, i) => line(i + 1)).join(''));
  const file = new MetricsFile(place);
  await readAll(file);
  expect(file.columns.length).toBe(rows);
  const tail = 16 * 2 ** 10; // looked at before the rest, for the last values
  const before = file.bytesRead;
  const more = [1, 2, 3].map((i) => line(rows + i));
  for (const one of more) {
    appendFileSync(place, one);
    await readAll(file);
  }
  expect(file.columns.length).toBe(rows + 3);
  expect(file.bytesRead - before).toBe(Buffer.byteLength(more.join('')));
  const size = before + Buffer.byteLength(more.join(''));
  expect(file.bytesRead).toBe(size);
  expect(before).toBeLessThanOrEqual(tail + rows * Buffer.byteLength(line(100_000)));
});

it('knows the last row of a large file before it has read the rest', async () => {
  const place = put(path(), Array.from({ length: 20_000 }, (_, i) => line(i + 1)).join(''));
  const file = new MetricsFile(place);
  await file.look();
  expect(file.columns.length).toBe(0);
  expect(file.last.step).toBe(20_000);
});

it('works out the fraction of a step that waits for images', async () => {
  const row = (more: object) => `${JSON.stringify({ step: 1, ...more })}\n`;
  const file = new MetricsFile(
    put(
      path(),
      row({ dataSeconds: 0.02, stepSeconds: 0.1 }) +
        row({ dataSeconds: 1 }) +
        row({ dataSeconds: 3, stepSeconds: 2 }),
    ),
  );
  await readAll(file);
  const waiting = [...file.columns.column('waitingFraction')!];
  expect(waiting).toEqual([expect.closeTo(0.2, 6), Number.NaN, 1]);
  expect(file.last.waitingFraction).toBe(1);
});

it('leaves a line that is half written until its end has come', async () => {
  const place = put(path(), `${line(1)}{"step":2,"lo`);
  const file = new MetricsFile(place);
  await readAll(file);
  expect([file.columns.length, file.brokenLines]).toEqual([1, 0]);
  appendFileSync(place, 'ss":3.5}\n');
  await readAll(file);
  expect([file.columns.length, file.brokenLines]).toEqual([2, 0]);
  expect(file.columns.column('loss')![1]).toBe(3.5);
});

it('counts lines that are no rows, and reads on', async () => {
  const broken = ['not json', '[1,2]', '{"loss":1}', '"text"', 'null', '{"step":"7"}'];
  const file = new MetricsFile(put(path(), `${line(1)}${broken.join('\n')}\n\n${line(2)}`));
  await readAll(file);
  expect([file.columns.length, file.brokenLines]).toEqual([2, broken.length]);
});

it('passes over a line without an end instead of keeping it', async () => {
  const file = new MetricsFile(put(path(), `${line(1)}${'x'.repeat(5 * 2 ** 20)}\n${line(2)}`));
  await readAll(file);
  expect([file.columns.length, file.brokenLines]).toEqual([2, 1]);
});

it('begins again where a resumed run has written the file anew, or it was cut', async () => {
  const place = put(path(), [1, 2, 3, 4].map(line).join(''));
  const file = new MetricsFile(place);
  await readAll(file);
  writeFileSync(`${place}.tmp`, [1, 2].map(line).join(''));
  renameSync(`${place}.tmp`, place);
  await readAll(file);
  expect([...file.columns.steps]).toEqual([1, 2]);
  truncateSync(place, line(1).length);
  await readAll(file);
  expect([...file.columns.steps]).toEqual([1]);
});

it('keeps what it read where the file is deleted', async () => {
  const place = put(path(), line(1));
  const file = new MetricsFile(place);
  await readAll(file);
  rmSync(place);
  await readAll(file);
  expect([file.columns.length, file.changedAt]).toEqual([1, null]);
});

it('adds up the seconds of the steps between rows', () => {
  const columns = new MetricColumns();
  for (const step of [1, 11, 21]) columns.add({ step, stepSeconds: 0.5 });
  expect([...columns.seconds]).toEqual([0.5, 5.5, 10.5]);
});

it('takes no name that a foreign file made up as a property', () => {
  const columns = new MetricColumns();
  columns.add(JSON.parse('{"step":1,"__proto__":1,"constructor":2}') as Record<string, unknown>);
  expect(columns.names.sort()).toEqual(['__proto__', 'constructor']);
  expect(({} as Record<string, unknown>).constructor).toBe(Object);
});

it('thins out without losing a peak or an end', () => {
  const columns = new MetricColumns();
  for (let step = 1; step <= 10_000; step++)
    columns.add({ step, loss: step === 7777 ? 99 : Math.sin(step / 500) });
  const curve = thinOut('r', 'loss', columns, { points: 200, from: 0, to: 1e9 });
  expect(curve.step.length).toBeLessThanOrEqual(202);
  expect(curve.value).toContain(99);
  expect(curve.step.at(-1)).toBe(10_000);
  expect(curve.step).toEqual([...curve.step].sort((a, b) => a - b));
  const near = thinOut('r', 'loss', columns, { points: 200, from: 7700, to: 7799 });
  expect(near.step).toHaveLength(100);
});
