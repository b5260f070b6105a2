// Text of other encodings: decoded by its byte-order mark, or refused with the byte and its place; never "�".

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/open.js';
import { decodeText, utf8Bytes } from '../../src/data/text.js';
import { put, putImages, temporaryFolder } from './make.js';
import { tar } from './tar.js';

const reasons = (problems: readonly { where: string; reason: string }[]) =>
  problems.map(({ where, reason }) => `${where}: ${reason}`);

const windows = Buffer.from('caf\u00e9 cr\u00e8me', 'latin1');
const utf16 = Buffer.from('\ufeffcaf\u00e9', 'utf16le');
const utf16be = Buffer.from(utf16).swap16();
const utf8Marked = Buffer.from('\ufeffcaf\u00e9');

describe('decodeText', () => {
  it('reads UTF-8 and UTF-16 by their marks', () => {
    for (const bytes of [utf16, utf16be, utf8Marked, Buffer.from('caf\u00e9')])
      expect(decodeText(bytes)).toBe('caf\u00e9');
    expect(decodeText(Buffer.alloc(0))).toBe('');
    expect(utf8Bytes(utf8Marked)).toBe(utf8Marked); // offsets and checksums stay the file's own
  });

  it.each([
    ['Windows-1252', windows, /is not UTF-8 text: byte 0xe9 at offset 3 \(in Windows-1252 it would be "é"\)/],
    ['a byte far inside', Buffer.concat([Buffer.from('ü'.repeat(700_000)), windows]), /at offset 1400003/],
    ['UTF-16 without a mark', utf16.subarray(2, 8), /contains NUL bytes/],
    ['a cut UTF-16', utf16.subarray(0, 7), /damaged/],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), /UTF-32/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeText(bytes)).toThrow(message);
  });
});

describe('captions in other encodings', () => {
  it('beside images are listed or decoded', async () => {
    const root = temporaryFolder();
    await putImages(root, ['a.png', 'b.png', 'c.png']);
    put(join(root, 'a.txt'), windows);
    put(join(root, 'b.txt'), utf16);
    put(join(root, 'c.txt'), utf8Marked);
    const { samples, problems } = await openDataset(root);
    expect(samples.map(({ id, captions }) => [id, ...captions])).toEqual([
      ['b.png', 'caf\u00e9'],
      ['c.png', 'caf\u00e9'],
    ]);
    expect(reasons(problems)).toEqual([
      expect.stringMatching(/^a\.txt: is not UTF-8 text: byte 0xe9 at offset 3/),
    ]);
  });

  it('in a shard are listed or decoded', async () => {
    const root = temporaryFolder();
    await putImages(root, ['a.png']);
    const image = Buffer.from('not looked at');
    const path = await tar(join(root, 'a.tar'), [
      ['a.png', image],
      ['a.txt', windows],
      ['b.png', image],
      ['b.txt', utf16],
      ['c.png', image],
      ['c.json', Buffer.concat([Buffer.from('{"caption":"'), windows, Buffer.from('"}')])],
    ]);
    const { samples, problems } = await openDataset(path);
    expect(samples.map(({ captions }) => captions)).toEqual([['caf\u00e9']]);
    expect(reasons(problems)).toEqual([
      expect.stringMatching(/^a\.tar:a: its txt is not UTF-8 text/),
      expect.stringMatching(/^a\.tar:c: its json is not UTF-8 text/),
    ]);
  });

  it('in tables and lists are refused or decoded', async () => {
    const root = temporaryFolder();
    await putImages(root, ['1.png']);
    const table = 'image,caption\n1.png,caf\u00e9\n';
    const marked = put(join(root, 'a.csv'), Buffer.from(`\ufeff${table}`, 'utf16le'));
    expect((await openDataset(marked)).samples.map(({ captions }) => captions)).toEqual([['caf\u00e9']]);
    const bare = put(join(root, 'b.csv'), Buffer.from(table, 'utf16le'));
    await expect(openDataset(bare)).rejects.toThrow(/b\.csv contains NUL bytes.*[\s\S]*iconv/);
    const coco = put(join(root, 'c.json'), Buffer.from('{"images":[{"caption":"caf\u00e9"}]}', 'latin1'));
    await expect(openDataset(coco)).rejects.toThrow(/c\.json is not UTF-8 text/);
    const flickr = put(join(root, 'results.token'), Buffer.from('1.png#0\tcaf\u00e9\n', 'latin1'));
    await expect(openDataset(flickr)).rejects.toThrow(/results\.token is not UTF-8 text/);
  });
});

describe('quotation marks in TSV', () => {
  it('are text', async () => {
    const root = temporaryFolder();
    await putImages(root, ['0.png', '1.png', '2.png', '3.png']);
    const path = put(
      join(root, 'a.tsv'),
      'image\tcaption\n0.png\t"The red one\n1.png\tsaid "x"\n2.png\tblue one"\n3.png\t"last"\n',
    );
    const { samples, problems } = await openDataset(path);
    expect(problems).toEqual([]);
    expect(samples.map(({ captions }) => captions[0])).toEqual([
      '"The red one',
      'said "x"',
      'blue one"',
      '"last"',
    ]);
  });

  it('enclose fields in .csv, whatever separates them', async () => {
    const root = temporaryFolder();
    await putImages(root, ['0.png']);
    const path = put(join(root, 'a.csv'), 'filepath\ttitle\n0.png\t"a ""b"""\n');
    expect((await openDataset(path)).samples[0]!.captions).toEqual(['a "b"']);
  });
});
