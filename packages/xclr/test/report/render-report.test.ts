// The page holds everything it was given, escapes it, and loads nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { metricInterval, metricValue } from '../../src/report/format.js';
import { type ReportData, renderReport } from '../../src/report/index.js';
import { demoData } from './demo-data.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 }); // charts and UMAP on a busy machine

interface Element {
  readonly textContent: string;
  readonly innerHTML: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Element[];
}

function parse(page: string): Element {
  return (parseHTML(page) as unknown as { document: Element }).document;
}

const MINIMAL: ReportData = {
  title: 'Bare',
  created: new Date(0),
  setup: [],
  dataset: { name: 'set', description: '', splits: [] },
  methods: [],
  metrics: [],
  conclusions: [],
  nextSteps: [],
};

describe('renderReport', () => {
  let data: ReportData;
  let page: string;
  let document: Element;

  beforeAll(async () => {
    data = await demoData();
    page = renderReport(data);
    document = parse(page);
    // XCLR_DEMO_REPORT=file.html keeps the page, to look at.
    const keep = process.env.XCLR_DEMO_REPORT;
    if (keep !== undefined) {
      mkdirSync(dirname(keep), { recursive: true });
      writeFileSync(keep, page);
    }
  });

  it('says how much of the training went into waiting for images, and warns where it is much', () => {
    const text = (of: ReportData) => parse(renderReport(of)).querySelector('#training')!.textContent;
    expect(text(data)).toContain('0.8 %'); // 0.004 s of 0.5 s
    expect(text(data)).not.toMatch(/waited for images/);
    const methods = data.methods.map((method, i) =>
      i === 0 && method.curve !== undefined
        ? { ...method, curve: method.curve.map((point) => ({ ...point, dataSeconds: 0.1 })) }
        : method,
    );
    expect(text({ ...data, methods })).toContain('20.0 %');
    expect(text({ ...data, methods })).toMatch(/waited for images during more than a tenth/);
  });

  it('has every section, titled and listed in the contents', () => {
    const ids = [...document.querySelectorAll('main section')].map((s) => s.getAttribute('id'));
    expect(ids).toEqual([
      'summary',
      'setup',
      'results',
      'similarity',
      'neighbors',
      'maps',
      'training',
      'next',
      'credits',
    ]);
    const links = [...document.querySelectorAll('nav a')].map((a) => a.getAttribute('href'));
    expect(links).toEqual(ids.map((id) => `#${id}`));
    for (const section of document.querySelectorAll('main section')) {
      expect(section.querySelector('h2')?.textContent).toBeTruthy();
      expect(section.querySelector('p')?.textContent.length).toBeGreaterThan(40);
    }
  });

  it('prints every value and every interval in the table', () => {
    const table = document.querySelector('table.results')!.textContent;
    for (const metric of data.metrics) {
      for (const method of data.methods) {
        const measured = method.metrics[metric.key]!;
        expect(table).toContain(metricValue(metric, measured.value));
        expect(table).toContain(metricInterval(metric, measured) ?? '');
      }
    }
  });

  it('sets controls apart and marks one best value a row', () => {
    const heads = [...document.querySelectorAll('table.results thead th[scope=col].control')];
    expect(heads.map((h) => h.textContent.trim())).toEqual(['Raw pixels', 'Untrained encoder']);
    const rows = [...document.querySelectorAll('table.results tbody tr')];
    expect(rows.map((row) => [...row.querySelectorAll('td.best')].length)).toEqual(rows.map(() => 1));
    expect(document.querySelector('td.best')?.textContent).toContain('best');
  });

  it('says where the method does not lead', () => {
    const said = [...document.querySelectorAll('#results .verdict')].map((p) => p.textContent).join(' ');
    expect(said).toContain('does not lead on “Same thing, another style: first hit” (best: SimCLR)');
  });

  it('draws the charts with text alternatives', () => {
    const charts = [...document.querySelectorAll('svg.chart')];
    // 3 headline metrics, 5 heat maps, 4 maps, 2 losses, 1 speed
    expect(charts).toHaveLength(15);
    for (const chart of charts) {
      expect(chart.getAttribute('role')).toBe('img');
      expect(chart.getAttribute('aria-label')?.length).toBeGreaterThan(20);
    }
  });

  it('tells right from wrong neighbors in words', () => {
    for (const item of document.querySelectorAll('.strip li')) {
      const label = item.querySelector('svg')?.getAttribute('aria-label') ?? '';
      expect(label.startsWith(`${item.getAttribute('class')}: `)).toBe(true);
    }
  });

  it('keeps each image once and resolves every reference', () => {
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.getAttribute('id')!);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...document.querySelectorAll('use')].map((use) => use.getAttribute('href')!.slice(1));
    expect(references.length).toBeGreaterThan(500);
    expect(references.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('loads nothing and stays small', () => {
    const bare = page.replaceAll(/data:image\/[a-z]+;base64,[\w+/=]*/g, 'data:image/'); // base64 may spell anything
    expect(bare.match(/https?:|<script|<link|@import|url\(|\bNaN\b|undefined|\[object/i)).toBeNull();
    const addresses = [...bare.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);
    expect(addresses.filter((address) => !/^(#|data:image\/)/.test(address))).toEqual([]);
    const policy = document.querySelector('meta[http-equiv=Content-Security-Policy]');
    expect(policy?.getAttribute('content')).toContain("default-src 'none'");
    expect(page.length).toBeLessThan(4_000_000);
  });

  it('is the same page for the same data', () => {
    expect(renderReport(data)).toBe(page);
  });
});

describe('renderReport with odd data', () => {
  const nasty = `<img src=x onerror="alert('1')"> & שלום 猫 ${'\u202e'}`;
  const image = { title: nasty, dataUri: 'data:image/webp;base64,AAAA' };

  it('escapes text in every place', () => {
    const page = renderReport({
      ...MINIMAL,
      title: nasty,
      summary: nasty,
      setup: [{ label: nasty, value: nasty }],
      dataset: {
        name: nasty,
        description: nasty,
        splits: [{ name: nasty, images: 3, purpose: nasty }],
        examples: [image],
        credits: [{ name: nasty, license: nasty, attribution: nasty }],
      },
      focus: nasty,
      methods: [
        {
          key: nasty,
          title: nasty,
          description: nasty,
          control: false,
          metrics: { [nasty]: { value: 0.5 } },
          curve: [
            { step: 1, loss: 2 },
            { step: 2, loss: 1 },
          ],
        },
        { key: 'b', title: nasty, description: nasty, control: true, metrics: {} },
      ],
      metrics: [{ key: nasty, title: nasty, explanation: nasty, headline: true }],
      intervalNote: nasty,
      heatMaps: {
        labels: [nasty, 'b'],
        groups: [nasty, 'b'],
        caption: [
          [1, 0.2],
          [0.2, 1],
        ],
        learned: {
          [nasty]: [
            [1, 0.1],
            [0.1, 1],
          ],
        },
      },
      neighborRule: nasty,
      neighbors: [{ query: image, perMethod: { [nasty]: [{ image, right: true }] } }],
      maps: { [nasty]: [{ x: 0.5, y: 0.5, image, group: nasty }] },
      conclusions: [nasty, nasty],
      nextSteps: [{ title: nasty, command: nasty, why: nasty }],
    });
    const text = parse(page);
    expect([...text.querySelectorAll('img, [onerror]')]).toEqual([]);
    // Tags as the page writes them, every attribute quoted, go; what is left is text.
    expect(page.replaceAll(/<[a-z][\w-]*(?:\s+[\w:-]+(?:="[^"]*")?)*\s*\/?>/gi, '')).not.toMatch(/<img/);
    expect(text.querySelector('h1')?.textContent).toBe(nasty);
    expect(text.querySelector('.findings li')?.textContent).toBe(nasty);
    expect(text.querySelector('pre code')?.textContent).toBe(nasty);
  });

  it('works with everything optional missing', () => {
    const ids = [...parse(renderReport(MINIMAL)).querySelectorAll('main section')].map((s) =>
      s.getAttribute('id'),
    );
    expect(ids).toEqual(['summary', 'setup', 'results']);
  });

  it('shows what was not measured, and bare values without intervals', () => {
    const page = renderReport({
      ...MINIMAL,
      methods: [
        { key: 'xclr', title: 'X-CLR', description: '', control: false, metrics: { a: { value: 0.25 } } },
        { key: 'pixels', title: 'Pixels', description: '', control: true, metrics: {} },
      ],
      metrics: [{ key: 'a', title: 'A', explanation: '', headline: true }],
    });
    expect(page).toContain('not measured');
    expect(page).toContain('0.250');
    expect(page).not.toContain('class="interval"');
  });

  it('survives a loss that is not a number', () => {
    const curve = [1, 2, 3].map((step) => ({ step, loss: step === 3 ? Number.NaN : 1, chanceLoss: 2 }));
    const methods = [{ key: 'xclr', title: 'X-CLR', description: '', control: false, metrics: {}, curve }];
    const page = renderReport({ ...MINIMAL, methods });
    expect(page).toContain('not a number');
    expect(page).not.toContain('NaN');
  });

  it('warns where training did no better than guessing', () => {
    const curve = [1, 2, 3].map((step) => ({ step, loss: 1.99, chanceLoss: 2 }));
    const methods = [{ key: 'simclr', title: 'SimCLR', description: '', control: false, metrics: {}, curve }];
    expect(renderReport({ ...MINIMAL, methods })).toContain('Warning:');
  });

  it('refuses an image that would have to be fetched', () => {
    const remote = { title: 'far', dataUri: 'https://example.org/a.png' };
    const dataset = { ...MINIMAL.dataset, examples: [remote] };
    expect(() => renderReport({ ...MINIMAL, dataset })).toThrow(/"far" must be a data:image\/ URI/);
  });
});
