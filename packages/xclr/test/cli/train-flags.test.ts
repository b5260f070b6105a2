// The training settings on the command line, through commander.
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addTrainFlags, givenFlags } from '../../src/cli/train-flags.js';
import { resolveTrainConfig } from '../../src/train/config.js';

function given(...args: string[]) {
  const command = addTrainFlags(new Command('train'))
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  command.parse(args, { from: 'user' });
  return givenFlags(command);
}

describe('givenFlags', () => {
  it('has what was typed, by either name, and no defaults', () => {
    expect(given('--data', 'x', '--optimizer-lr', '0.3', '--resume')).toEqual(
      expect.arrayContaining([
        { name: 'data', value: 'x' },
        { name: 'optimizer-lr', value: '0.3' },
        { name: 'resume', value: true },
      ]),
    );
    expect(given('--data', 'x')).toHaveLength(1);
  });

  it('makes settings', () => {
    const flags = given('--data', 'x', '--encoder', 'resnet18', '--resume', 'false', '--epochs', '0.5');
    expect(resolveTrainConfig({ flags })).toMatchObject({
      encoder: { name: 'resnet18' },
      resume: false,
      epochs: 0.5,
    });
  });

  it('refuses unknown flags with the nearest name', () => {
    expect(() => given('--bacth-size', '3')).toThrow(/--bacth-size.*\n?.*--batch-size/);
  });
});

describe('help', () => {
  const help = addTrainFlags(new Command('train')).helpInformation();

  it('groups the settings and shows each once', () => {
    expect(help).toContain('Similarity graph:');
    expect(help).toMatch(/--lr <number>/);
    expect(help).not.toContain('--optimizer-lr');
  });

  it('lists the choices', () => {
    expect(help.replace(/\s+/g, ' ')).toContain('resnet18, resnet34, resnet50');
  });
});
