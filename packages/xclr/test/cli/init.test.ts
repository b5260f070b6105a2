// `xclr init` as a command: what it writes and refuses; questions on a terminal and on streams.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Cancelled, terminalAsker } from '../../src/cli/ask.js';
import { captioned, unusual } from '../init/make.js';
import { xclrHere } from './here.js';
import { command } from './run.js';

process.env.HF_HUB_OFFLINE = '1';
process.env.XCLR_MODELS = mkdtempSync(join(tmpdir(), 'xclr-models-'));
const newFolder = () => mkdtempSync(join(tmpdir(), 'xclr-init-'));

describe('xclr init in a pipe', () => {
  it('asks nothing, writes a file that train takes, and does not overwrite it', async () => {
    const folder = newFolder();
    const xclr = xclrHere(folder);
    const data = await captioned();
    const first = await xclr('init', data, '--encoder', 'resnet10', '--size', '32');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(
      /24 images[\s\S]*→ xclr\.yaml\nNext:\n {2}xclr train --config xclr\.yaml --dry-run/,
    );
    const written = readFileSync(join(folder, 'xclr.yaml'), 'utf8');

    const again = await xclr('init', data);
    expect(again.code).toBe(1);
    expect(again.err).toMatch(/xclr\.yaml is there already\n {2}→ .*--force/);
    expect(readFileSync(join(folder, 'xclr.yaml'), 'utf8')).toBe(written);

    const plan = await xclr('train', '--config', 'xclr.yaml', '--dry-run');
    expect(plan).toMatchObject({ code: 0 });
    expect(plan.out).toMatch(/encoder +resnet10/);
    expect(plan.out).toMatch(/writes +runs\/xclr-shop/);
  });
});

/** Runs a command on a pseudo-terminal; types each answer after its question. */
const onTerminal = `
import os, pty, select, sys, time
answers = [part.split('=>') for part in sys.argv[1].split('|')]
pid, fd = pty.fork()
if pid == 0: os.execvp(sys.argv[2], sys.argv[2:])
seen, at, end = b'', 0, time.time() + 120
def read():
    global seen
    if not select.select([fd], [], [], 0.1)[0]: return True
    try: data = os.read(fd, 65536)
    except OSError: return False
    seen += data
    return data != b''
for question, answer in answers:
    while seen.find(question.encode(), at) < 0 and time.time() < end and read(): pass
    at = seen.find(question.encode(), at) + len(question)
    os.write(fd, answer.encode().decode('unicode_escape').encode())
while read() and time.time() < end: pass
print(seen.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
/** A pseudo-terminal needs python3 and a system that gives one out. */
const python =
  spawnSync('python3', ['-c', 'import os, pty; os.waitstatus_to_exitcode; pty.openpty()']).status === 0;

describe.skipIf(!python)('xclr init in a terminal', () => {
  const run = (folder: string, answers: string, ...words: string[]) =>
    spawnSync('python3', ['-c', onTerminal, answers, process.execPath, command, 'init', ...words], {
      cwd: folder,
      encoding: 'utf8',
    });

  it('asks which captions, which encoder, how long and where to', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'xclr.yaml'), 'old');
    const answers =
      'Choose 1 to 2 [1]=>5\\r|Choose 1 to 2 [1]=>2\\r|Choose 1 to 2 [2]=>\\r|Choose 1 to 3=>2\\r|run go?=>runs/mine\\r';
    const { status, stdout } = run(folder, answers, await unusual(), '--force');
    expect(stdout).toMatch(/1\) details \(11 words, 100 % distinct\)/);
    expect(status).toBe(0);
    const text = readFileSync(join(folder, 'xclr.yaml'), 'utf8');
    for (const line of ['  captionColumn: name', '  encoder: wordnet', 'epochs: 10', 'run: runs/mine'])
      expect(text.split('\n')).toContain(line);
  });

  it('writes nothing after Ctrl-C, and ends as an interrupted command', async () => {
    const folder = newFolder();
    const { status, stdout } = run(folder, 'Choose 1 to 2 [1]=>\\x03', await unusual());
    expect(stdout).toMatch(/cancelled: nothing was written/);
    expect(status).toBe(130);
    expect(execFileSync('ls', ['-A', folder], { encoding: 'utf8' })).toBe('');
  });
});

describe('terminalAsker', () => {
  const options = [
    { value: 'a', label: 'A' },
    { value: 'b', label: 'B', hint: 'hint' },
  ] as const;
  const streams = (typed: string) => {
    const input = new PassThrough();
    const output = new PassThrough();
    input.end(typed);
    return { input, output };
  };

  it('takes numbers, proposals, answers typed ahead; asks again after anything else', async () => {
    const { input, output } = streams('x\n3\n0\n2\n\n  runs/x \n\n');
    using asker = terminalAsker({ input, output });
    expect(await asker.select('Which?', options, 'a')).toBe('b');
    expect(await asker.select('Which?', options, 'a')).toBe('a');
    expect(await asker.text('Where?', 'runs/y')).toBe('runs/x');
    expect(await asker.text('Where?', 'runs/y')).toBe('runs/y');
    expect(String(output.read())).toMatch(/Which\?\n {2}1\) A\n {2}2\) B \(hint\)\nChoose 1 to 2 \[1\]: /);
  });

  it('is cancelled by the end of the input', async () => {
    using asker = terminalAsker(streams(''));
    await expect(asker.text('Where?', 'x')).rejects.toThrow(Cancelled);
    await expect(asker.select('Which?', options, 'a')).rejects.toThrow(Cancelled);
  });
});
