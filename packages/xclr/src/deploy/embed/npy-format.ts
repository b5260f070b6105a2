// Embeddings as NumPy's .npy with JSON lines beside it: ids, captions, columns in the order of the rows.
import {
  closeSync,
  createReadStream,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { createInterface } from 'node:readline';
import { UserError } from '../../util/errors.js';
import { replaceFile, writeFileAtomic } from '../../util/files.js';
import { type EmbeddingHeader, type EmbeddingWriter, npySidecars, parseHeader } from './embedding-file.js';
import type { EmbeddedItems, Item } from './item.js';
import type { EmbeddingReader } from './parquet-format.js';

const rowsAtATime = 1024;

/** Version 1.0 with a header padded to 128 bytes. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
function npyHeader(rows: number, columns: number): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const bytes = Buffer.alloc(128, ' ');
  bytes.write('\x93NUMPY\x01\x00', 'latin1');
  bytes.writeUInt16LE(118, 8);
  bytes.write(text, 10, 'latin1');
  bytes[127] = 10;
  return bytes;
}

/** The .npy is renamed into place last, after what lies beside it. */
export function writeNpy(
  path: string,
  header: EmbeddingHeader,
  rows: number,
  write: (writer: EmbeddingWriter) => void,
): void {
  const beside = npySidecars(path);
  replaceFile(path, (aside) => {
    const file = openSync(aside, 'w');
    try {
      replaceFile(beside.items, (itemsAside) => {
        const lines = openSync(itemsAside, 'w');
        try {
          writeSync(file, npyHeader(rows, header.encoder.dimensions));
          write({
            write({ items, vectors }) {
              writeSync(file, new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength));
              writeSync(lines, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
            },
            finish() {},
          });
        } finally {
          closeSync(lines);
        }
      });
      writeFileAtomic(beside.header, `${JSON.stringify(header, null, 2)}\n`);
    } finally {
      closeSync(file);
    }
  });
}

export async function openNpy(path: string): Promise<EmbeddingReader> {
  const beside = npySidecars(path);
  for (const file of [path, beside.header, beside.items]) {
    if (!existsSync(file)) {
      throw new UserError(
        `embeddings: ${file} is missing`,
        'An .npy needs the files that were written beside it.',
      );
    }
  }
  const header = parseHeader(readFileSync(beside.header, 'utf8'), path);
  const d = header.encoder.dimensions;
  const { start, rows } = shapeOf(path, d);
  return {
    header,
    rows,
    async *parts() {
      const file = openSync(path, 'r');
      const lines = createInterface({ input: createReadStream(beside.items) });
      let items: Item[] = [];
      let done = 0;
      const part = (): EmbeddedItems => {
        const vectors = new Float32Array(items.length * d);
        const bytes = new Uint8Array(vectors.buffer);
        if (readSync(file, bytes, 0, bytes.length, start + done * d * 4) < bytes.length) {
          throw new UserError(
            `embeddings: ${path} ends before its last row`,
            'Make it again with `xclr embed`.',
          );
        }
        done += items.length;
        const result = { items, vectors };
        items = [];
        return result;
      };
      try {
        for await (const line of lines) {
          items.push(JSON.parse(line) as Item);
          if (items.length === rowsAtATime) yield part();
        }
        if (items.length > 0) yield part();
        if (done !== rows) {
          throw new UserError(`embeddings: ${path} has ${rows} rows, ${beside.items} ${done} items`);
        }
      } finally {
        closeSync(file);
      }
    },
  };
}

function shapeOf(path: string, dimensions: number): { start: number; rows: number } {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(128);
    readSync(file, head, 0, 128, 0);
    const shape = /'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\)/.exec(
      head.toString('latin1'),
    );
    if (shape === null || Number(shape[2]) !== dimensions) {
      throw new UserError(`embeddings: ${path} is not an .npy file of float32 rows of ${dimensions} numbers`);
    }
    return { start: 128, rows: Number(shape[1]) };
  } finally {
    closeSync(file);
  }
}
