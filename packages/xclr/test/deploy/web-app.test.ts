// The folder of static files: complete, and never in the place of something else.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type WebApp, writeWebApp } from '../../src/deploy/web/web-app.js';
import { put, temporaryFolder } from '../data/make.js';

function app(changes: Partial<WebApp> = {}): WebApp {
  return {
    title: 'Shoes & <socks>',
    model: put(join(temporaryFolder(), 'model.onnx'), 'a model'),
    preprocessor: { size: 32 },
    items: ['a', 'b'].map((id) => ({ id, title: id.toUpperCase(), thumbnail: Buffer.from(`webp ${id}`) })),
    vectors: Float32Array.of(1, 0, 0, 1),
    ...changes,
  };
}

const kept = (out: string) =>
  /const files = '([^']*)'/.exec(readFileSync(join(out, 'service-worker.js'), 'utf8'))?.[1]?.split('\\n');

describe('writeWebApp', () => {
  it('writes everything that the page loads, and the list of it', () => {
    const out = join(temporaryFolder(), 'app');
    writeWebApp(out, app());
    const files = kept(out)!;
    expect(files).toContain('./');
    for (const file of files) expect(existsSync(join(out, file))).toBe(true);
    const all = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files).toHaveLength(all.length); // './' in the place of the service worker itself
    const items = JSON.parse(readFileSync(join(out, 'index', 'items.json'), 'utf8'));
    const images = readFileSync(join(out, 'index', 'images.bin'));
    expect(images.subarray(items[1].from, items[1].to).toString()).toBe('webp b');
    expect(JSON.parse(readFileSync(join(out, 'app.json'), 'utf8'))).toMatchObject({
      items: 2,
      dimensions: 2,
      modelBytes: 7,
    });
    expect(readFileSync(join(out, 'index.html'), 'utf8')).toContain('Shoes &amp; &lt;socks&gt;');
  });

  it('loads scripts that import nothing from outside the folder', () => {
    const out = join(temporaryFolder(), 'app');
    writeWebApp(out, app());
    for (const name of readdirSync(join(out, 'app'))) {
      const imported = [...readFileSync(join(out, 'app', name), 'utf8').matchAll(/from '([^']+)'/g)].map(
        ([, from]) => from!,
      );
      for (const from of imported)
        expect(existsSync(join(out, 'app', from)), `${name} imports ${from}`).toBe(true);
    }
  });

  it('replaces an older app, with another version for those who kept it', () => {
    const out = join(temporaryFolder(), 'app');
    const version = () =>
      /const version = '(\w+)'/.exec(readFileSync(join(out, 'service-worker.js'), 'utf8'))?.[1];
    writeWebApp(out, app());
    const first = version();
    writeWebApp(out, app());
    expect(version()).toBe(first);
    writeWebApp(out, app({ title: 'Shirts' }));
    expect(version()).not.toBe(first);
  });

  it('leaves a folder of something else alone', () => {
    const out = temporaryFolder();
    writeFileSync(join(out, 'thesis.txt'), 'years of work');
    expect(() => writeWebApp(out, app())).toThrow(/is not empty and does not hold an earlier export/);
    mkdirSync(join(out, 'inner'));
    expect(readdirSync(out).sort()).toEqual(['inner', 'thesis.txt']);
  });

  it('refuses vectors that are not one an item', () => {
    const out = join(temporaryFolder(), 'app');
    expect(() => writeWebApp(out, app({ vectors: Float32Array.of(1, 0, 0) }))).toThrow(
      /a vector for each item/,
    );
    expect(() => writeWebApp(out, app({ items: [], vectors: new Float32Array(0) }))).toThrow(/got 0 items/);
  });
});
