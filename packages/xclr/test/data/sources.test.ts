// Every kind of source on small data of its kind: what is read, what is listed, what is refused.

import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/data/decode/decode.js';
import { openDataset } from '../../src/data/open.js';
import { expandBraces } from '../../src/data/patterns.js';
import { put, putImages, solid, temporaryFolder } from './make.js';
import { tar } from './tar.js';

const reasons = (problems: readonly { where: string; reason: string }[]) =>
  problems.map(({ where, reason }) => `${where}: ${reason}`);

// Copies of what lies compressed go into .cache below the working folder.
const before = process.cwd();
let root = '';
beforeEach(() => {
  root = temporaryFolder();
  process.chdir(root);
});
afterEach(() => process.chdir(before));

async function jpeg(red: number): Promise<Buffer> {
  return solid(12, 8, [red, 0, 0]).jpeg().toBuffer();
}

describe('patterns', () => {
  it('expand ranges with their zeros, lists, and several braces', () => {
    expect(expandBraces('a-{008..011}.tar')).toEqual(['a-008.tar', 'a-009.tar', 'a-010.tar', 'a-011.tar']);
    expect(expandBraces('{x,y}-{0..1}')).toEqual(['x-0', 'x-1', 'y-0', 'y-1']);
    expect(() => expandBraces('{5..2}')).toThrow(/ascending/);
  });
});

describe('Parquet', () => {
  const column = <T>(name: string, data: T[]) => ({ name, data });
  function write(
    file: string,
    columns: { name: string; data: unknown[] }[],
    kvMetadata?: { key: string; value: string }[],
  ) {
    const bytes = parquetWriteBuffer({ columnData: columns as never, ...(kvMetadata && { kvMetadata }) });
    return put(join(root, file), new Uint8Array(bytes));
  }

  it('reads paths, lists of captions and named class labels', async () => {
    await putImages(root, ['1.png', '2.png']);
    const huggingface = { info: { features: { label: { names: ['cat', 'dog'], _type: 'ClassLabel' } } } };
    const path = write(
      'a.parquet',
      [column('file_name', ['1.png', '2.png']), column('label', [1, 0]), column('caption', ['one', 'two'])],
      [{ key: 'huggingface', value: JSON.stringify(huggingface) }],
    );
    const { samples, source } = await openDataset(path);
    expect(source).toBe('Parquet');
    expect(samples.map(({ captions, label }) => [captions, label])).toEqual([
      [['one'], 'dog'],
      [['two'], 'cat'],
    ]);
  });

  it('copies the bytes of images once, and finds them again', async () => {
    const images = [new Uint8Array(await jpeg(250)), new Uint8Array(await jpeg(20))];
    const path = write('train-00000-of-00001.parquet', [
      column('image', images),
      column('text', ['red', 'dark']),
    ]);
    const first = await openDataset(path);
    const second = await openDataset(path);
    for (const { samples } of [first, second]) {
      expect(samples.map(({ captions, split }) => [captions[0], split])).toEqual([
        ['red', 'train'],
        ['dark', 'train'],
      ]);
      const { pixels, aspect } = await decodeImage(samples[1]!.image, 2);
      expect(aspect).toBe(1.5);
      expect(Math.abs(pixels[0]! - 20)).toBeLessThan(4);
    }
    rmSync(first.samples[0]!.image.path);
    expect((await openDataset(path)).samples).toHaveLength(2);
  });

  it('takes a folder of files, and says what is wrong with a cut one', async () => {
    await putImages(root, ['1.png', '2.png']);
    write('set/train-0.parquet', [column('image', ['../1.png']), column('text', ['a'])]);
    write('set/test-0.parquet', [column('image', ['../2.png']), column('text', ['b'])]);
    const { samples } = await openDataset(join(root, 'set'));
    expect(samples.map(({ split }) => split).sort()).toEqual(['test', 'train']);
    const cut = write('cut.parquet', [column('image', ['1.png']), column('text', ['a'])]);
    truncateSync(cut, 40);
    await expect(openDataset(cut)).rejects.toThrow(/cut\.parquet cannot be read as Parquet/);
    const nameless = write('n.parquet', [column('image', ['1.png']), column('titel', ['a'])]);
    await expect(openDataset(nameless)).rejects.toThrow(
      /no caption column; its columns are "image", "titel"/,
    );
  });
});

describe('a folder of images', () => {
  it('takes metadata.csv, and says which images it does not name', async () => {
    await putImages(root, ['1.png', '2.png', '3.png']);
    put(join(root, 'metadata.csv'), 'file_name,text\n1.png,one\n2.png,two\n');
    const { samples, problems, source } = await openDataset(root);
    expect(source).toBe('images with a table');
    expect(samples.map(({ id }) => id)).toEqual(['1.png', '2.png']);
    expect(reasons(problems)).toEqual([expect.stringMatching(/^3\.png: is in no row of the table/)]);
    expect(problems[0]!.warning).toBeUndefined();
  });

  it('takes a text file beside each image', async () => {
    await putImages(root, ['1.png', '2.png', '3.png']);
    put(join(root, '1.txt'), 'a cat\na tabby\n');
    put(join(root, '2.txt'), '  \n');
    const { samples, problems } = await openDataset(root);
    expect(samples.map(({ captions }) => captions)).toEqual([['a cat', 'a tabby']]);
    expect(reasons(problems)).toEqual(['2.txt: empty caption', '3.png: no 3.txt beside it']);
  });

  it('finds images that a table names without their extension', async () => {
    await putImages(join(root, 'images'), ['7.png', '8.png']);
    const table = put(join(root, 'styles.csv'), 'id,name\n7,shirt\n8,shoe\n');
    const { samples } = await openDataset(table, {
      columns: { image: 'id', caption: 'name' },
      imageRoot: join(root, 'images'),
    });
    expect(samples.map(({ image }) => image.path)).toEqual(
      [7, 8].map((i) => join(root, 'images', `${i}.png`)),
    );
  });
});

describe('captioned sets', () => {
  it("reads COCO's annotations: several captions per image, its folder found beside", async () => {
    await putImages(join(root, 'train2017'), ['a.png', 'b.png']);
    const json = {
      images: [
        { id: 1, file_name: 'a.png' },
        { id: 2, file_name: 'b.png' },
        { id: 3, file_name: 'c.png' },
      ],
      annotations: [
        { image_id: 1, caption: 'A cat.' },
        { image_id: 1, caption: 'a tabby' },
        { image_id: 2, caption: ' ' },
        { image_id: 2, caption: 'dog' },
      ],
    };
    put(join(root, 'annotations', 'captions_train2017.json'), JSON.stringify(json));
    const { samples, problems } = await openDataset(root);
    expect(samples.map(({ id, captions, split }) => [id, captions, split])).toEqual([
      ['1', ['A cat.', 'a tabby'], 'train'],
      ['2', ['dog'], 'train'],
    ]);
    expect(reasons(problems)).toContain('captions_train2017.json: image 3: no caption');
    await expect(openDataset(put(join(root, 'x.json'), '{"a":1}'))).rejects.toThrow(/no "images"; it has a/);
    await expect(openDataset(put(join(root, 'y.json'), '{"a'))).rejects.toThrow(/not JSON/);
  });

  it("reads Karpathy's splits", async () => {
    await putImages(join(root, 'images'), ['a.png', 'b.png']);
    const json = {
      images: [
        { filename: 'a.png', split: 'restval', sentences: [{ raw: 'one' }, { raw: 'two' }] },
        { filename: 'b.png', split: 'test', sentences: [{ raw: 'three' }] },
      ],
    };
    const { samples } = await openDataset(put(join(root, 'dataset_flickr30k.json'), JSON.stringify(json)));
    expect(samples.map(({ captions, split }) => [captions, split])).toEqual([
      [['one', 'two'], 'train'],
      [['three'], 'test'],
    ]);
  });

  it("reads Flickr's lists, with tabs and with pipes", async () => {
    await putImages(join(root, 'Images'), ['1.png', '2.png']);
    put(
      join(root, 'Flickr8k.token.txt'),
      '1.png#0\tA dog .\n1.png#1\tA brown dog .\n2.png#0\tA boat .\nbroken\n',
    );
    put(join(root, 'Flickr_8k.testImages.txt'), '2.png\n');
    const eight = await openDataset(join(root, 'Flickr8k.token.txt'));
    expect(eight.samples.map(({ captions, split }) => [captions.length, split])).toEqual([
      [2, null],
      [1, 'test'],
    ]);
    expect(reasons(eight.problems)[0]).toMatch(/Flickr8k\.token\.txt:4: not "image#number/);
    rmSync(join(root, 'Flickr8k.token.txt'));
    const piped = put(
      join(root, 'results.csv'),
      'image_name| comment_number| comment\n1.png| 0| A dog, and a cat .\n2.png| 0| A boat .\n',
    );
    expect((await openDataset(piped)).samples[0]!.captions).toEqual(['A dog, and a cat .']);
  });
});

describe('ImageNet layouts', () => {
  it("reads Tiny-ImageNet: synsets' names, the list of validation classes, no unlabeled test images", async () => {
    await putImages(root, [
      'train/n02123045/images/a.png',
      'train/n02123045/images/b.png',
      'train/n02084071/images/c.png',
      'train/n02084071/images/d.png',
      'val/images/v0.png',
      'val/images/v1.png',
      'test/images/t.png',
    ]);
    put(join(root, 'words.txt'), 'n02123045\ttabby, tabby cat\nn02084071\tdog, domestic dog\n');
    put(join(root, 'val', 'val_annotations.txt'), 'v0.png\tn02123045\t16\t0\t47\t31\n');
    put(join(root, 'train', 'n02084071', 'n02084071_boxes.txt'), 'c.png\t8\t8\t63\t63\n');
    const { samples, problems, source } = await openDataset(root);
    expect(source).toBe('ImageNet layout');
    expect(samples.map(({ label, split }) => `${split} ${label}`)).toEqual([
      'train n02084071',
      'train n02084071',
      'train n02123045',
      'train n02123045',
      'validation n02123045',
    ]);
    expect(samples[0]).toMatchObject({
      captions: ['a photo of a dog'],
      attributes: { name: 'dog, domestic dog', box: '0.125 0.125 1 1' },
    });
    expect(samples[1]!.attributes).not.toHaveProperty('box');
    expect(samples[4]!.attributes.box).toBe('0.25 0 0.75 0.5');
    expect(reasons(problems)).toEqual([
      'val/images/v1.png: not in the list of labels',
      'test: 1 images without labels are left out',
    ]);
  });

  it("reads ImageNet-9's composites beside the images: they belong to no part and keep their background's name", async () => {
    await putImages(root, [
      'train/n02123045/a.png',
      'train/n02084071/c.png',
      'bg_challenge/original/val/00_dog/o.png',
      'bg_challenge/mixed_rand/val/00_dog/r.png',
      'bg_challenge/mixed_rand/val/05_instrument/i.png',
    ]);
    const { samples } = await openDataset(root);
    expect(
      samples.slice(2).map(({ label, split, attributes }) => `${split} ${label} ${attributes.background}`),
    ).toEqual(['null dog mixed_rand', 'null instrument mixed_rand', 'null dog original']);
  });
});

describe('CIFAR', () => {
  function records(labels: readonly number[][]): Buffer {
    return Buffer.concat(
      labels.map((bytes, i) =>
        Buffer.concat([Buffer.from(bytes), Buffer.alloc(1024, 10 * i), Buffer.alloc(2048, 200)]),
      ),
    );
  }

  it('reads planar pixels, labels by name, and says what is cut', async () => {
    put(join(root, 'batches.meta.txt'), 'cat\ndog\n');
    put(join(root, 'data_batch_1.bin'), Buffer.concat([records([[1], [0], [7], [0]]), Buffer.alloc(5)]));
    put(join(root, 'test_batch.bin'), records([[1], [1]]));
    const { samples, problems } = await openDataset(root, { maxFailureRate: 1 });
    expect(samples.map(({ id, label, split }) => [id, label, split])).toEqual([
      ['data_batch_1:0', 'dog', 'train'],
      ['data_batch_1:1', 'cat', 'train'],
      ['data_batch_1:3', 'cat', 'train'],
      ['test_batch:0', 'dog', 'test'],
      ['test_batch:1', 'dog', 'test'],
    ]);
    const { pixels } = await decodeImage(samples[1]!.image, 4);
    expect([...pixels.subarray(0, 4)]).toEqual([10, 200, 200, 255]);
    expect(reasons(problems)).toContain(
      'data_batch_1.bin: ends within a record: its last 5 bytes are left out',
    );
    expect(reasons(problems)).toContain('data_batch_1:2: label 7, but there are 2 names');
    expect(reasons(problems)).toContain('data_batch_2.bin: missing');
  });

  it("reads CIFAR-100's groups as an attribute", async () => {
    put(join(root, 'fine_label_names.txt'), 'beaver\norchid\n');
    put(join(root, 'coarse_label_names.txt'), 'mammals\nflowers\n');
    put(
      join(root, 'train.bin'),
      records([
        [0, 0],
        [1, 1],
      ]),
    );
    put(join(root, 'test.bin'), records([[0, 0]]));
    const { samples } = await openDataset(root);
    expect(samples[1]).toMatchObject({ label: 'orchid', attributes: { coarse: 'flowers' } });
  });
});

describe('IDX', () => {
  function idx(type: number, dimensions: number[], data: number[]): Buffer {
    const head = Buffer.alloc(4 + 4 * dimensions.length);
    head.writeUInt32BE(0x0800 + type, 0);
    for (const [i, n] of dimensions.entries()) head.writeUInt32BE(n, 4 + 4 * i);
    return Buffer.concat([head, Buffer.from(data)]);
  }

  it('reads gray images and labels, gzipped or not, and gives clothes their names', async () => {
    const folder = join(root, 'fashion-mnist');
    const gray = Array.from({ length: 3 * 4 }, (_, i) => i * 20);
    put(join(folder, 'train-images-idx3-ubyte.gz'), gzipSync(idx(3, [3, 2, 2], gray)));
    put(join(folder, 'train-labels-idx1-ubyte.gz'), gzipSync(idx(1, [3], [9, 0, 9])));
    put(join(folder, 't10k-images-idx3-ubyte'), idx(3, [2, 2, 2], gray.slice(0, 8)));
    put(join(folder, 't10k-labels-idx1-ubyte'), idx(1, [2], [1, 1]));
    const { samples } = await openDataset(folder);
    expect(samples.map(({ label, split }) => [label, split]).slice(1)).toEqual([
      ['trouser', 'test'],
      ['ankle boot', 'train'],
      ['T-shirt', 'train'],
      ['ankle boot', 'train'],
    ]);
    const train = samples.find(({ id }) => id === 'train:1')!;
    const { pixels } = await decodeImage(train.image, 2);
    expect([0, 4, 8, 12].map((at) => pixels[at])).toEqual([80, 100, 120, 140]);
  });

  it('says what is missing, cut or of another kind', async () => {
    put(join(root, 'train-images-idx3-ubyte'), idx(3, [3, 2, 2], [1, 2, 3, 4, 5]));
    await expect(openDataset(root)).rejects.toThrow(/no train-labels-idx1-ubyte beside it/);
    put(join(root, 'train-labels-idx1-ubyte'), idx(1, [3], [1, 1, 1]));
    const { samples, problems } = await openDataset(root);
    expect(samples).toHaveLength(1);
    expect(reasons(problems)[0]).toMatch(/holds 1 of the 3 images/);
    put(join(root, 'train-images-idx3-ubyte'), 'nothing of the kind');
    await expect(openDataset(root)).rejects.toThrow(/no IDX file of bytes in 3 dimensions/);
  });
});

describe('WebDataset', () => {
  it('groups members by name, reads text, json and classes, and refers to images where they lie', async () => {
    const long = `${'深'.repeat(60)}/${'x'.repeat(90)}`;
    const path = await tar(join(root, 'train-000.tar'), [
      ['a.jpg', await jpeg(250)],
      ['a.txt', 'a red thing'],
      ['b.jpg', await jpeg(20)],
      ['b.json', JSON.stringify({ caption: ['dark', 'black'], label: 'night', photographer: 'Ann' })],
      ['c.cls', '7'],
      ['c.png', await solid(4, 4, [0, 0, 250]).png().toBuffer()],
      [`${long}.jpg`, await jpeg(100)],
      [`${long}.txt`, 'a long name'],
      ['d.txt', 'no image'],
      ['e.jpg', await jpeg(1)],
      ['f.jpg', await jpeg(1)],
      ['f.json', '{"capt'],
    ]);
    const { samples, problems, source } = await openDataset(path);
    expect(source).toBe('WebDataset tar shards');
    expect(
      samples.map(({ id, captions, label, split, attributes }) => [id, captions, label, split, attributes]),
    ).toEqual([
      ['a', ['a red thing'], null, 'train', {}],
      ['b', ['dark', 'black'], 'night', 'train', { photographer: 'Ann' }],
      ['c', ['a photo of a 7'], '7', 'train', {}],
      [long, ['a long name'], null, 'train', {}],
    ]);
    const { pixels, aspect } = await decodeImage(samples[1]!.image, 2);
    expect(aspect).toBe(1.5);
    expect(Math.abs(pixels[0]! - 20)).toBeLessThan(4);
    expect(reasons(problems.filter(({ warning }) => !warning))).toEqual([
      'train-000.tar:d: no image among txt',
      'train-000.tar:e: no caption (txt, json) and no class (cls)',
      expect.stringMatching(/^train-000\.tar:f: its json cannot be read/),
    ]);
  });

  it('takes patterns, folders and gzipped shards', async () => {
    for (const i of [0, 1, 2]) {
      await tar(join(root, 's', `x-00${i}.tar`), [
        [`k${i}.jpg`, await jpeg(9)],
        [`k${i}.txt`, 'thing'],
      ]);
    }
    const whole = await openDataset(join(root, 's'));
    const pattern = await openDataset(join(root, 's', 'x-{000..002}.tar'));
    expect(pattern.samples.map(({ id }) => id)).toEqual(['k0', 'k1', 'k2']);
    expect(whole.samples.map(({ id }) => id)).toEqual(['k0', 'k1', 'k2']);
    await expect(openDataset(join(root, 's', 'x-{000..004}.tar'))).rejects.toThrow(
      /2 of the 5 files .* do not exist/,
    );
    const packed = put(join(root, 'y.tar.gz'), gzipSync(readFileSync(join(root, 's', 'x-001.tar'))));
    const { samples } = await openDataset(packed);
    expect(samples.map(({ id }) => id)).toEqual(['k1']);
    expect(existsSync(samples[0]!.image.path)).toBe(true);
    expect((await decodeImage(samples[0]!.image, 2)).aspect).toBe(1.5);
  });

  it('lists cut members, damaged headers, and names that point outside the archive; what came before is good', async () => {
    const good: [string, string | Buffer][] = [
      ['a.jpg', await jpeg(9)],
      ['a.txt', 'thing'],
      ['b.jpg', await jpeg(9)],
      ['b.txt', 'thing'],
    ];
    const escaping = await tar(join(root, 'e.tar'), [...good, ['../../etc/c.jpg', 'x'], ['/abs/d.jpg', 'x']]);
    const escaped = await openDataset(escaping);
    expect(escaped.samples.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(reasons(escaped.problems)).toEqual([
      expect.stringMatching(/^e\.tar@\d+: "\.\.\/\.\.\/etc\/c\.jpg" is a name that points outside/),
      expect.stringMatching(/^e\.tar@\d+: "\/abs\/d\.jpg" is an absolute name/),
    ]);
    const cut = await tar(join(root, 'c.tar'), [...good, ['z.jpg', Buffer.alloc(5000)]]);
    truncateSync(cut, 2 * 512 * 4 + 2000);
    const { samples, problems } = await openDataset(cut);
    expect(samples.length).toBeGreaterThan(0);
    expect(reasons(problems).join()).toMatch(/the file ends (\d+ bytes before|within a header)/);
    const damaged = readFileSync(escaping);
    damaged.fill(0x55, 1024, 1100);
    writeFileSync(join(root, 'd.tar'), damaged);
    await expect(openDataset(join(root, 'd.tar'))).rejects.toThrow(
      /no usable sample[\s\S]*checksum is wrong/,
    );
    mkdirSync(join(root, 'empty'));
    put(join(root, 'empty', 'x.tar'), '');
    await expect(openDataset(join(root, 'empty'))).rejects.toThrow(/no usable sample/);
  });
});
