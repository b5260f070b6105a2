// Progress: lines where there is no terminal, a bar where there is one, and the time left.
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ProgressLines } from '../../src/cli/progress-line.js';
import { duration, startProgress } from '../../src/util/progress.js';

function capture({ terminal = false } = {}) {
  const stream = new PassThrough() as PassThrough & Partial<NodeJS.WriteStream>;
  stream.isTTY = terminal;
  stream.columns = 100;
  stream.cursorTo = () => true;
  stream.clearLine = () => true;
  stream.moveCursor = () => true;
  let time = 0;
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    now: () => time,
    wait: (seconds: number) => {
      time += seconds * 1000;
    },
    text: () => String(stream.read() ?? ''),
  };
}

describe('duration', () => {
  it.each([
    [0.4, '0 s'],
    [59.4, '59 s'],
    [65, '1 min 5 s'],
    [3599.6, '1 h 0 min'],
    [3700, '1 h 2 min'],
    [7199, '2 h 0 min'],
    [-3, '0 s'],
  ])('%d s is %s', (seconds, text) => expect(duration(seconds)).toBe(text));
});

describe('without a terminal', () => {
  it('prints a line every few seconds, with the time left', () => {
    const { stream, now, wait, text } = capture();
    const progress = startProgress('training', 100, { stream, now, interval: 5, unit: 'step' });
    for (let step = 1; step <= 10; step++) {
      wait(1);
      progress.update(step, `loss ${10 - step}`);
    }
    expect(text()).toBe(
      'training 5 % · 5/100 steps · 1 min 35 s left · loss 5\ntraining 10 % · 10/100 steps · 1 min 30 s left · loss 0\n',
    );
    progress.done('at last');
    progress.done();
    expect(text()).toBe('training done in 10 s · at last\n');
  });

  it('does not take what an earlier run did for speed', () => {
    const { stream, now, wait, text } = capture();
    const progress = startProgress('training', 100, { stream, now, from: 50, interval: 1 });
    wait(10);
    progress.update(60);
    expect(text()).toContain('40 s left');
  });

  it('forgets a slow start', () => {
    const { stream, now, wait, text } = capture();
    const progress = startProgress('training', 1000, { stream, now, interval: 99 });
    wait(60); // compiling, warming up
    progress.update(1);
    for (let step = 2; step <= 61; step++) {
      wait(1);
      progress.update(step);
    }
    expect(text().trimEnd().split('\n').at(-1)).toMatch(/1[56] min \d+ s left/);
  });

  it('ends quietly when something goes wrong', () => {
    const { stream, now, text } = capture();
    {
      using progress = startProgress('training', 3, { stream, now });
      progress.update(1);
    }
    expect(text()).toBe('');
  });

  it('knows no time left for nothing to do', () => {
    const { stream, now, text } = capture();
    startProgress('training', 0, { stream, now }).done();
    expect(text()).toBe('training done in 0 s\n');
  });
});

describe('at a terminal', () => {
  it('draws a bar, and keeps lines apart from it', () => {
    const { stream, now, wait, text } = capture({ terminal: true });
    const progress = startProgress('training', 4, { stream, now, unit: 'step' });
    wait(1);
    progress.update(2, 'loss 1');
    progress.log('checkpoint saved');
    progress.done();
    const shown = text();
    expect(shown).toContain('━');
    expect(shown).toContain('checkpoint saved\n');
    expect(shown).toContain('training done in 1 s');
  });
});

describe('one bar after another', () => {
  it('goes on after a note in its midst, and ends before one that follows it', () => {
    const { stream, text } = capture();
    const progress = new ProgressLines(stream);
    progress.update('training', 1, 2);
    progress.note('0.2 s a step');
    progress.update('training', 2, 2);
    progress.note('cell 2 of 2');
    progress.update('measuring', 1, 1);
    progress.end();
    expect(text()).toBe('0.2 s a step\ntraining done in 0 s\ncell 2 of 2\nmeasuring done in 0 s\n');
  });
});
