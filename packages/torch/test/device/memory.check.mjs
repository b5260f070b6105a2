// To the device and back without waiting, and what happens where its memory ends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceMemory, liveTensors, readLater, scoped, tensor, toDevice, zeros } from '../../dist/index.js';
import { device, normal, onGpu, same } from './support.mjs';

test('arrays of every kind arrive as they are', () =>
  scoped(() => {
    const arrays = [
      Float32Array.of(1, -2.5, Number.NaN),
      Float64Array.of(1e-300, 2),
      Int32Array.of(-1, 2 ** 31 - 1),
      BigInt64Array.of(-(2n ** 62n), 5n),
      Uint8Array.of(0, 255),
      new Float32Array(0),
    ];
    for (const array of arrays) {
      const there = tensor(array, { device });
      assert.equal(there.device, device === 'cuda' ? 'cuda:0' : device);
      assert.deepEqual(there.toArray(), array);
    }
    assert.deepEqual(tensor(Int32Array.of(1, 2), { device, dtype: 'int64' }).toNumbers(), [1, 2]);
  }));

test('many uploads and no wait between: none overwrites another’s memory', () =>
  scoped(() => {
    const each = Array.from({ length: 64 }, (_, i) => tensor(new Float32Array(50_000).fill(i), { device }));
    each.forEach((one, i) => {
      assert.equal(one.mean().item(), i);
    });
  }));

test('views keep their layout', () =>
  scoped(() => {
    const views = normal([4, 3, 8, 8], 1).to({ memoryFormat: 'channels_last' });
    const there = toDevice(views, device);
    assert.ok(there.isContiguous({ memoryFormat: 'channels_last' }), 'channels last on the device');
    same('values', there, views);
    same('in bfloat16', toDevice(views.to({ dtype: 'bfloat16' }), device), views.to({ dtype: 'bfloat16' }));
  }));

test('values that are read later are those of then', () =>
  scoped(() => {
    const value = tensor([1, 2], { device });
    const first = readLater(value);
    value.mul_(10);
    const second = readLater(value);
    assert.deepEqual(second.numbers(), [10, 20]);
    assert.deepEqual(first.numbers(), [1, 2]);
    assert.throws(() => first.numbers(), /read or disposed of already/);
  }));

test('more memory than there is gives an error that can be caught, and work goes on', {
  skip: !onGpu && 'only GPUs',
}, () => {
  const before = liveTensors();
  assert.throws(
    () => scoped(() => void zeros([2 ** 40], { device })), // 4 TiB
    (error) => {
      console.log(`  ${error.message.split('\n')[0].slice(0, 160)}`);
      return /out of memory/i.test(error.message);
    },
  );
  assert.equal(liveTensors(), before);
  scoped(() => assert.equal(zeros([4], { device }).add(1).sum().item(), 4));
});

test('the allocator tells of its memory, where LibTorch has it', { skip: !onGpu && 'only GPUs' }, () =>
  scoped(() => {
    zeros([1], { device });
    const before = deviceMemory(device);
    if (before === null) return console.log('  this LibTorch does not tell');
    zeros([2 ** 20], { device }); // 4 MiB
    const { allocated, reserved, peak } = deviceMemory(device);
    console.log(`  ${allocated} bytes in tensors, ${reserved} held, ${peak} at most`);
    assert.equal(allocated - before.allocated, 2 ** 22);
    assert.ok(reserved >= allocated && peak >= allocated);
  }),
);
