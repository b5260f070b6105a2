// Who frees what: scopes, keep, dispose.
import { describe, expect, it } from 'vitest';
import { keep, liveTensors, scoped, type Tensor, tensor, zeros } from '../../src/index.js';

describe('scoped', () => {
  it('frees all but what is returned, however deep', () => {
    const before = liveTensors();
    const kept = scoped(() => {
      const x = zeros([2]);
      const y = x.add(1);
      x.mul(3);
      return { list: [y, 'text', null], map: new Map([['z', y.add(1)]]) };
    });
    expect(liveTensors()).toBe(before + 2);
    const [y] = kept.list as [Tensor];
    expect(y.toNumbers()).toEqual([1, 1]);
    y.dispose();
    kept.map.get('z')!.dispose();
    expect(liveTensors()).toBe(before);
  });

  it('passes what it returns to the scope around', () => {
    const before = liveTensors();
    scoped(() => {
      const inner = scoped(() => tensor([1]).add(1));
      expect(inner.item()).toBe(2);
    });
    expect(liveTensors()).toBe(before);
  });

  it('frees everything when its function throws', () => {
    const before = liveTensors();
    expect(() =>
      scoped(() => {
        zeros([5]);
        throw new Error('on purpose');
      }),
    ).toThrow('on purpose');
    expect(liveTensors()).toBe(before);
  });

  it('leaves what is kept, and what came from outside', () => {
    const outside = zeros([1]);
    const inside = scoped(() => {
      const made = keep(outside.add(1));
      outside.add_(5);
      return { made, outside };
    });
    expect([inside.made.item(), outside.item()]).toEqual([1, 5]);
    inside.made.dispose();
    outside.dispose();
  });

  it('refuses asynchronous functions', () => {
    expect(() => scoped((async () => 1) as unknown as () => number)).toThrow(/synchronous/);
  });
});

describe('finalizers', () => {
  it('free what nobody disposed, once the collector runs', async () => {
    const { setFlagsFromString } = await import('node:v8');
    const { runInNewContext } = await import('node:vm');
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const before = liveTensors();
    (() => {
      for (let i = 0; i < 100; i++) zeros([10]);
    })();
    expect(liveTensors()).toBe(before + 100);
    for (let i = 0; i < 50 && liveTensors() > before; i++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(liveTensors()).toBe(before);
  });
});
