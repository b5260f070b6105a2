// The loss of one method over its steps, between what chance would give and what its targets allow.

import * as Plot from '@observablehq/plot';
import { maxOf, minOf } from '../../util/arrays.js';
import { decimal } from '../format.js';
import type { Markup } from '../html.js';
import type { MethodStyle } from '../palette.js';
import type { CurvePoint, Method } from '../report-data.js';
import { draw } from './draw.js';

/** The range of losses that all methods' charts share. */
export function lossRange(methods: readonly Method[]): [number, number] {
  const values = methods.flatMap((m) =>
    (m.curve ?? []).flatMap((p) =>
      [p.loss, p.chanceLoss, p.targetEntropy].filter((v): v is number => v !== undefined),
    ),
  );
  const finite = values.filter(Number.isFinite);
  return [minOf(finite, 0), maxOf(finite, 1) * 1.05];
}

/** At most `limit` points, each the mean of its stretch: a long run must not make a heavy page. */
export function thin(curve: readonly CurvePoint[], limit = 240): CurvePoint[] {
  const stride = Math.max(1, Math.ceil(curve.length / limit));
  const mean = (rows: readonly CurvePoint[], pick: (p: CurvePoint) => number | undefined) => {
    const values = rows.map(pick).filter((v): v is number => v !== undefined && Number.isFinite(v));
    return values.length === 0 ? undefined : values.reduce((a, b) => a + b) / values.length;
  };
  return Array.from({ length: Math.ceil(curve.length / stride) }, (_, i) => {
    const rows = curve.slice(i * stride, (i + 1) * stride);
    const optional = {
      targetEntropy: mean(rows, (p) => p.targetEntropy),
      chanceLoss: mean(rows, (p) => p.chanceLoss),
      viewsPerSecond: mean(rows, (p) => p.viewsPerSecond),
    };
    const known = Object.fromEntries(Object.entries(optional).filter(([, v]) => v !== undefined));
    return { step: rows.at(-1)!.step, loss: mean(rows, (p) => p.loss) ?? Number.NaN, ...known };
  });
}

export function lossChart(method: Method, style: MethodStyle, range: [number, number]): Markup {
  const points = thin(method.curve ?? []);
  const first = points[0];
  const last = points.at(-1);
  const chance = points.filter((p) => p.chanceLoss !== undefined);
  const floor = points.filter((p) => p.targetEntropy !== undefined);
  const hasFloor = floor.some((p) => p.targetEntropy! > 0.01 * range[1]);
  const quiet = { stroke: 'var(--quiet)', strokeWidth: 1.25 };
  const note = { fill: 'var(--soft)', fontSize: 11.5, textAnchor: 'end' as const };
  return draw({
    width: 340,
    height: 220,
    marginLeft: 32,
    marginTop: 24,
    marginBottom: 36,
    ariaLabel: `Loss of ${method.title}: from ${decimal(first?.loss ?? Number.NaN, 2)} at step ${first?.step ?? 0} to ${decimal(last?.loss ?? Number.NaN, 2)} at step ${last?.step ?? 0}.`,
    x: { label: 'Training step', ticks: 5, nice: false },
    y: { label: 'Loss', domain: range, grid: true, ticks: 5 },
    marks: [
      Plot.lineY(chance, { x: 'step', y: 'chanceLoss', ...quiet, strokeDasharray: '2 3' }),
      hasFloor
        ? Plot.areaY(floor, { x: 'step', y1: range[0], y2: 'targetEntropy', fill: 'var(--floor)' })
        : null,
      hasFloor ? Plot.lineY(floor, { x: 'step', y: 'targetEntropy', ...quiet }) : null,
      Plot.lineY(points, { x: 'step', y: 'loss', stroke: style.color, strokeWidth: 2 }),
      Plot.text(chance.slice(-1), {
        x: 'step',
        y: 'chanceLoss',
        text: () => 'random guess',
        dy: -8,
        ...note,
      }),
      hasFloor
        ? Plot.text(floor.slice(-1), {
            x: 'step',
            y: 'targetEntropy',
            text: () => 'lowest possible',
            dy: 11,
            ...note,
          })
        : null,
    ],
  });
}
