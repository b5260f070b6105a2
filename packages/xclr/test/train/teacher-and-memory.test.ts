// The moving average of the encoder, and the memory of past embeddings: what they hold, and what a checkpoint brings back.
import { manualSeed, randn, scoped, tensor } from '@xclr/torch';
import { describe, expect, it } from 'vitest';
import { EmbeddingMemory } from '../../src/train/objectives/memory.js';
import { Teacher } from '../../src/train/objectives/teacher.js';
import { createTrainingModel } from '../../src/train/training-model.js';

const config = {
  encoder: { name: 'resnet18', stem: 'standard', width: 0.125 },
  projector: { hidden: null, out: 8, layers: 2 },
} as const;

describe('Teacher', () => {
  it('begins as the student, has nothing to train, and follows by its momentum', () => {
    manualSeed(1);
    using student = createTrainingModel(config);
    using teacher = new Teacher(config, student);
    expect(teacher.parameters()).toEqual([]);
    const own = teacher.stateDict();
    const names = [...student.stateDict().keys()];
    expect([...own.keys()].sort()).toEqual(names.sort()); // batch norm's statistics too
    scoped(() => {
      const weight = student.encoder.namedParameters().get('conv1.weight')!;
      const before = weight.detach().clone().toNumbers();
      expect(own.get('encoder.conv1.weight')!.toNumbers()).toEqual(before);
      weight.setData(weight.detach().add(1));
      teacher.follow(student, 0.9);
      teacher.follow(student, 0.9);
      // The distance to the student falls by the momentum each time: 1 − 0.9² of the way.
      own
        .get('encoder.conv1.weight')!
        .toNumbers()
        .forEach((value, i) => {
          expect(value).toBeCloseTo(before[i]! + 0.19, 5);
        });
    });
  });
});

describe('EmbeddingMemory', () => {
  const rows = (from: number, n: number) =>
    tensor(
      Float32Array.from({ length: 2 * n }, (_, i) => from + Math.floor(i / 2)),
      { shape: [n, 2] },
    );
  const ids = (from: number, n: number) => Int32Array.from({ length: n }, (_, i) => from + i);

  it('is used once it is full, and keeps the latest, in a ring', () => {
    using memory = new EmbeddingMemory(5, 2);
    scoped(() => {
      memory.push(rows(0, 3), ids(0, 3));
      expect(memory.ids()).toBeUndefined();
      memory.push(rows(3, 3), ids(3, 3));
      expect([...memory.ids()!]).toEqual([5, 1, 2, 3, 4]); // 5 in the place of 0, the oldest
      expect(memory.embeddings.toNumbers()).toEqual([5, 5, 1, 1, 2, 2, 3, 3, 4, 4]);
      expect(memory.samples.toNumbers()).toEqual([5, 1, 2, 3, 4]);
      memory.push(rows(10, 8), ids(10, 8)); // more than it holds: the last five
      expect([...memory.ids()!].sort((a, b) => a - b)).toEqual([13, 14, 15, 16, 17]);
    });
  });

  it('goes on in the same place after a checkpoint', () => {
    using whole = new EmbeddingMemory(5, 2);
    using resumed = new EmbeddingMemory(5, 2);
    scoped(() => {
      whole.push(rows(0, 4), ids(0, 4));
      resumed.loadStateDict(whole.stateDict());
      for (const memory of [whole, resumed]) memory.push(rows(4, 3), ids(4, 3));
      expect(resumed.embeddings.toNumbers()).toEqual(whole.embeddings.toNumbers());
      expect([...resumed.ids()!]).toEqual([...whole.ids()!]);
      expect(resumed.next.toNumbers()).toEqual(whole.next.toNumbers());
    });
  });

  it('carries no gradient, whatever was pushed', () => {
    using memory = new EmbeddingMemory(4, 3);
    scoped(() => {
      const z = randn([4, 3]).requiresGrad_();
      memory.push(z.mul(2), ids(0, 4));
      expect(memory.embeddings.requiresGrad).toBe(false);
    });
  });
});
