// Claims follow the evidence: intervals, paired differences, bare values, and which way is better.
import { describe, expect, it } from 'vitest';
import {
  conclude,
  type Difference,
  type Measurement,
  type Method,
  type MetricColumn,
  verdicts,
} from '../../src/report/index.js';

const METRIC: MetricColumn = { key: 'm', title: 'Measure', explanation: '', headline: true };

function method(key: string, title: string, measured: Measurement, control = false): Method {
  return { key, title, description: '', control, metrics: { m: measured } };
}

const around = (value: number, spread: number) => ({ value, low: value - spread, high: value + spread });

function standings(own: Measurement, rival: Measurement, metric = METRIC, differences: Difference[] = []) {
  const methods = [method('xclr', 'X-CLR', own), method('simclr', 'SimCLR', rival)];
  const [verdict] = verdicts({ methods, metrics: [metric], differences }, 'xclr');
  return { standing: verdict!.rivals[0]!.standing, leads: verdict!.leads, clear: verdict!.clear };
}

describe('verdicts', () => {
  it('claims a lead only where intervals leave no overlap', () => {
    expect(standings(around(0.5, 0.04), around(0.4, 0.04))).toEqual({
      standing: 'better',
      leads: true,
      clear: true,
    });
    expect(standings(around(0.5, 0.06), around(0.4, 0.06))).toEqual({
      standing: 'unclear',
      leads: true,
      clear: false,
    });
    expect(standings(around(0.3, 0.04), around(0.4, 0.04))).toEqual({
      standing: 'worse',
      leads: false,
      clear: false,
    });
  });

  it('lets a paired difference decide, in either order', () => {
    const pair = { metric: 'm', value: 0.1, low: 0.02, high: 0.18 };
    const [own, rival] = [around(0.5, 0.06), around(0.4, 0.06)];
    expect(standings(own, rival, METRIC, [{ ...pair, method: 'xclr', other: 'simclr' }]).standing).toBe(
      'better',
    );
    const turned = { metric: 'm', value: -0.1, low: -0.18, high: -0.02, method: 'simclr', other: 'xclr' };
    expect(standings(own, rival, METRIC, [turned]).standing).toBe('better');
    expect(
      standings(own, rival, METRIC, [{ ...pair, low: -0.01, method: 'xclr', other: 'simclr' }]).standing,
    ).toBe('unclear');
  });

  it('compares bare values without claiming more', () => {
    expect(standings({ value: 0.5 }, { value: 0.4 })).toEqual({
      standing: 'higher',
      leads: true,
      clear: false,
    });
    expect(standings({ value: 0.4 }, { value: 0.4 })).toEqual({
      standing: 'equal',
      leads: false,
      clear: false,
    });
  });

  it('turns round where lower is better', () => {
    const lower = { ...METRIC, lowerIsBetter: true };
    expect(standings(around(0.3, 0.04), around(0.4, 0.04), lower)).toEqual({
      standing: 'better',
      leads: true,
      clear: true,
    });
    expect(standings({ value: 0.5 }, { value: 0.4 }, lower).standing).toBe('lower');
  });

  it('is silent about a method that is not there', () => {
    expect(verdicts({ methods: [method('a', 'A', { value: 1 })], metrics: [METRIC] }, 'xclr')).toEqual([]);
  });
});

describe('conclude', () => {
  it('names the rivals by how they stand', () => {
    const methods = [
      method('xclr', 'X-CLR', around(0.5, 0.03)),
      method('simclr', 'SimCLR', around(0.3, 0.03)),
      method('pixels', 'Raw pixels', around(0.48, 0.03), true),
    ];
    expect(conclude({ methods, metrics: [METRIC] })).toEqual([
      'X-CLR has the best value on the one measure; its lead over every other method is not larger than the measured uncertainty.',
      'Measure: X-CLR reaches 0.500 (interval 0.470 to 0.530), significantly better than SimCLR (0.300); not significantly different from Raw pixels (0.480).',
    ]);
  });

  it('says where it is not ahead, and where chance was not measured', () => {
    const methods = [
      method('xclr', 'X-CLR', { value: 0.2 }),
      method('pixels', 'Raw pixels', { value: 0.3 }, true),
    ];
    const [overall, one] = conclude({ methods, metrics: [{ ...METRIC, unit: 'percent' }] });
    expect(overall).toBe(
      'X-CLR does not have the best value on the one measure. It does not lead on “Measure” (best: Raw pixels).',
    );
    expect(one).toContain('lower than Raw pixels (30.0\u202f%)');
    expect(one).toContain('chance is not ruled out');
  });

  it('has nothing to say without measurements', () => {
    expect(conclude({ methods: [], metrics: [] })).toEqual([]);
  });
});
