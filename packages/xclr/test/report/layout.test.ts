// Ordering concepts, laying out maps and drawing small images.
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { gatherings } from '../../src/report/charts/gatherings.js';
import { brackets, colorRange } from '../../src/report/charts/heat-map.js';
import { thin } from '../../src/report/charts/loss-chart.js';
import { pushApart } from '../../src/report/charts/push-apart.js';
import { ImageStore } from '../../src/report/image-store.js';
import { embedPlane, orderConcepts, reorder, thumbnail } from '../../src/report/index.js';
import { principalComponents } from '../../src/report/principal-components.js';
import { Random } from '../../src/util/random.js';

vi.setConfig({ testTimeout: 60_000 }); // UMAP on a busy machine

const bytes = (uri: string) => Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64');

describe('orderConcepts', () => {
  it('recovers a line from shuffled items and keeps groups whole', () => {
    const places = [5, 0, 3, 1, 4, 2];
    const similarity = places.map((a) => places.map((b) => -Math.abs(a - b)));
    const line = orderConcepts(
      similarity,
      places.map(() => 'all'),
    ).map((i) => places[i]);
    expect([line.join(''), line.toReversed().join('')]).toContain('012345');
    const groups = places.map((p) => (p < 3 ? 'low' : 'high'));
    const order = orderConcepts(similarity, groups);
    expect(brackets(order.map((i) => groups[i]!))).toHaveLength(2);
    expect([...order].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(reorder(similarity, order)[0]![1]).toBe(similarity[order[0]!]![order[1]!]);
  });

  it('takes nothing, one, and says when groups are missing', () => {
    expect(orderConcepts([], [])).toEqual([]);
    expect(orderConcepts([[1]], ['a'])).toEqual([0]);
    expect(() => orderConcepts([[1]], [])).toThrow(/groups must name each of the 1 concepts, got 0/);
  });
});

describe('principalComponents', () => {
  it('finds the direction of a stretched cloud', () => {
    const random = new Random(3);
    const long = Array.from({ length: 200 }, () => 10 * random.normal());
    const rows = long.map((t) =>
      Float64Array.from({ length: 8 }, (_, j) => (j === 5 ? t : 0.1 * random.normal()) + 7),
    );
    for (const n of [200, 6]) {
      // more rows than columns, and fewer: two ways to the same scores
      const scores = principalComponents(rows.slice(0, n), 2);
      const slope = (scores[1]![0]! - scores[0]![0]!) / (long[1]! - long[0]!);
      expect(Math.abs(slope)).toBeCloseTo(1, 1);
    }
  });
});

describe('embedPlane', () => {
  const clouds = (n: number, d: number) => {
    const random = new Random(1);
    const centers = [0, 1, 2].map(() => Array.from({ length: d }, () => random.normal()));
    return Float32Array.from(
      { length: n * d },
      (_, i) => centers[Math.floor(i / d) % 3]![i % d]! + 0.2 * random.normal(),
    );
  };

  it.each([24, 200])('keeps three clouds of width %i apart, in the unit square, by seed', (d) => {
    const plane = embedPlane(clouds(90, d), d, { seed: 4 });
    expect(plane).toEqual(embedPlane(clouds(90, d), d, { seed: 4 }));
    expect([Math.min(...plane), Math.max(...plane)]).toEqual([0, 1]);
    const distance = (i: number, j: number) =>
      Math.hypot(plane[2 * i]! - plane[2 * j]!, plane[2 * i + 1]! - plane[2 * j + 1]!);
    const rows = Array.from({ length: 90 }, (_, i) => i);
    const agree = rows.filter((i) => {
      const nearest = rows.filter((j) => j !== i).reduce((a, b) => (distance(i, b) < distance(i, a) ? b : a));
      return nearest % 3 === i % 3;
    });
    expect(agree.length).toBeGreaterThan(85);
  });

  it.each([0, 1, 2, 4, 5])('lays out %i rows', (n) => {
    const plane = embedPlane(clouds(n, 3), 3);
    expect(plane).toHaveLength(2 * n);
    expect(plane.every((v) => v >= 0 && v <= 1)).toBe(true);
  });

  it('survives equal and empty rows', () => {
    expect(embedPlane(new Float32Array(20 * 3), 3).every(Number.isFinite)).toBe(true);
    expect(embedPlane(new Float32Array(20 * 100).fill(1), 100).every(Number.isFinite)).toBe(true);
  });

  it('refuses ragged rows', () => {
    expect(() => embedPlane(new Float32Array(7), 3)).toThrow(/rows of dimensions = 3 numbers, got 7/);
  });
});

describe('maps', () => {
  it('pushes points apart inside the square', () => {
    const placed = pushApart(
      Array.from({ length: 9 }, (_, i) => ({ x: 0.5 + 0.001 * i, y: 0.5, name: i })),
      0.1,
    );
    for (const [i, a] of placed.entries()) {
      expect(a.name).toBe(i);
      for (const b of placed.slice(i + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(0.08);
    }
    expect(placed.every(({ x, y }) => x >= 0 && x <= 1 && y >= 0 && y <= 1)).toBe(true);
  });

  it('names a group where it gathers and not where it is scattered', () => {
    const random = new Random(8);
    const spot = Array.from({ length: 20 }, () => ({
      x: 0.2 + 0.05 * random.uniform(),
      y: 0.8,
      group: 'spot',
    }));
    const dust = Array.from({ length: 20 }, () => ({
      x: random.uniform(),
      y: 0.6 * random.uniform(),
      group: random.chance(0.5) ? 'dust' : 'sand',
    }));
    const found = gatherings([...spot, ...dust]);
    expect(found[0]?.group).toBe('spot');
    expect(found[0]?.x).toBeCloseTo(0.225, 1);
  });
});

describe('numbers behind the charts', () => {
  it('takes the color range off the diagonal, and never an empty one', () => {
    expect(
      colorRange([
        [9, 1],
        [2, 9],
      ]),
    ).toEqual([1, 2]);
    expect(
      colorRange([
        [1, 1],
        [1, 1],
      ]),
    ).toEqual([0.5, 1.5]);
    expect(colorRange([])).toEqual([0, 1]);
  });

  it('thins a long curve to means', () => {
    const curve = Array.from({ length: 1000 }, (_, i) => ({ step: i + 1, loss: i, viewsPerSecond: 2 * i }));
    const thinned = thin(curve, 100);
    expect(thinned).toHaveLength(100);
    expect(thinned[0]).toEqual({ step: 10, loss: 4.5, viewsPerSecond: 9 });
  });
});

describe('images', () => {
  it('makes small thumbnails of the whole image from pixels', async () => {
    const pixels = new Uint8Array(40 * 20 * 4).fill(255);
    const uri = await thumbnail({ pixels, width: 40, height: 20 }, { size: 32 });
    expect(uri).toMatch(/^data:image\/webp;base64,/);
    const { data, info } = await sharp(bytes(uri)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([32, 16]);
    expect(data[3]).toBe(255); // no padding
  });

  it('puts a light plate behind drawings with transparent parts, and none behind photographs', async () => {
    const of = async (alpha: number) => {
      const pixels = Uint8Array.from({ length: 40 * 20 * 4 }, (_, i) =>
        i % 4 === 3 ? alpha : (i * 7) % 256,
      );
      const store = new ImageStore();
      store.plain({ title: 'one', dataUri: await thumbnail({ pixels, width: 40, height: 20 }) });
      return /<rect class="(\w+)"/.exec(store.definitions().text)?.[1];
    };
    expect([await of(255), await of(120)]).toEqual(['mat', 'plate']);
  });
});
