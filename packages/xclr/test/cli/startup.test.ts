// What a call that only prints text costs: which modules it loads, and how much processor time it takes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const xclr = fileURLToPath(new URL('../../bin/xclr.js', import.meta.url));

/** Runs `xclr …`; what it printed. */
function printed(args: readonly string[], environment: Record<string, string> = {}, node: string[] = []) {
  const { NODE_V8_COVERAGE: _, ...inherited } = process.env;
  const options = { encoding: 'utf8', env: { ...inherited, ...environment } } as const;
  return execFileSync(process.execPath, [...node, xclr, ...args], options);
}

/** The files that `xclr …` loads: V8's coverage names every script. */
function loaded(...args: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'xclr-loaded-'));
  try {
    printed(args, { NODE_V8_COVERAGE: folder });
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

/** Milliseconds of processor time, all threads, user and system: the least of three runs. */
function processorTime(...args: readonly string[]): number {
  const report =
    "process.on('exit',()=>{const{user,system}=process.cpuUsage();console.log('\\n'+(user+system))})";
  const once = () =>
    Number(
      printed(args, {}, ['--import', `data:text/javascript,${report}`])
        .split('\n')
        .at(-2),
    );
  return Math.min(once(), once(), once()) / 1000;
}

/** Modules that cost much and that no help needs. Of @xclr/torch only its helpers for files and processes are small. */
const heavy =
  /node_modules\/(sharp|onnxruntime|@huggingface|usearch|hono|pino|pg|linkedom|@observablehq|yaml|zod)\b|packages\/torch\/(?!dist\/files\/)/;

describe('help and version', () => {
  it.each([[['--version']], [['--help']], [['data', '--help']], [['serve', '--help']], [['help', 'search']]])(
    '%j loads only what it prints',
    (args) => {
      const files = loaded(...args);
      expect(files.some((file) => file.endsWith('dist/cli/main.js'))).toBe(true);
      expect(files.filter((file) => heavy.test(file))).toEqual([]);
      expect(files.length).toBeLessThan(40);
    },
  );

  it('the help of a command with settings loads the settings and no more', () => {
    const own = /packages\/xclr\/dist\/(?!cli|train\/config|util|data\/(orders|format-names))/;
    for (const command of [['train'], ['embed'], ['data', 'views'], ['graph', 'audit']]) {
      const files = loaded(...command, '--help');
      expect(files.some((file) => file.includes('/zod/'))).toBe(true);
      expect(files.filter((file) => own.test(file))).toEqual([]);
      expect(files.filter((file) => heavy.test(file) && !/\/(zod|yaml)\//.test(file))).toEqual([]);
    }
  });

  // About 0.2 s; when every command's code was loaded it was 3.7 s on the same machine. The bound leaves room for
  // processors three times as slow.
  it.each([[['--version']], [['--help']]])('%j takes a fraction of a second of processor time', (args) => {
    expect(processorTime(...args)).toBeLessThan(900);
  });
});
