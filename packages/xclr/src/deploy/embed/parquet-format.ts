// Embeddings in Parquet: id, embedding, captions, image, and a text column for each column of the data.
import type { SchemaElement } from 'hyparquet';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { UserError } from '../../util/errors.js';
import { replaceFile } from '../../util/files.js';
import { type EmbeddingHeader, type EmbeddingWriter, parseHeader } from './embedding-file.js';
import type { EmbeddedItems, Item } from './item.js';

const own = ['id', 'embedding', 'captions', 'image'];
const headerKey = 'xclr';
const rowsAtATime = 1024;

/** A column of the data that is called as one of ours gets a prefix in the file. */
const stored = (column: string) => (own.includes(column) ? `item.${column}` : column);
const plain = (column: string) =>
  column.startsWith('item.') && own.includes(column.slice(5)) ? column.slice(5) : column;

const text = (name: string, repetition_type: 'REQUIRED' | 'OPTIONAL'): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type,
});

const list = (name: string, element: SchemaElement): SchemaElement[] => [
  { name, repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST' },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  element,
];

function schemaOf(columns: readonly string[]): SchemaElement[] {
  return [
    { name: 'root', num_children: own.length + columns.length },
    text('id', 'REQUIRED'),
    ...list('embedding', { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' }),
    ...list('captions', text('element', 'REQUIRED')),
    text('image', 'OPTIONAL'),
    ...columns.map((column) => text(stored(column), 'OPTIONAL')),
  ];
}

/** `write` is called with a writer whose parts become row groups; the file appears when it returns. */
export function writeParquet(
  path: string,
  header: EmbeddingHeader,
  columns: readonly string[],
  write: (writer: EmbeddingWriter) => void,
): void {
  replaceFile(path, (aside) => {
    const parquet = new ParquetWriter({
      writer: fileWriter(aside),
      schema: schemaOf(columns),
      kvMetadata: [{ key: headerKey, value: JSON.stringify(header) }],
      createdBy: 'xclr',
    });
    write({
      write({ items, vectors }) {
        const d = header.encoder.dimensions;
        parquet.write({
          columnData: [
            { name: 'id', data: items.map(({ id }) => id) },
            {
              name: 'embedding',
              data: items.map((_, i) => Array.from(vectors.subarray(i * d, (i + 1) * d))),
            },
            { name: 'captions', data: items.map(({ captions }) => captions) },
            { name: 'image', data: items.map(({ image }) => image && JSON.stringify(image)) },
            ...columns.map((name) => ({
              name: stored(name),
              data: items.map(({ columns }) => (Object.hasOwn(columns, name) ? columns[name]! : null)),
            })),
          ],
          rowGroupSize: items.length,
        });
      },
      finish() {
        parquet.finish();
      },
    });
  });
}

/** A file of embeddings, opened: its header, and its rows some hundred at a time. */
export interface EmbeddingReader {
  readonly header: EmbeddingHeader;
  readonly rows: number;
  parts(): AsyncGenerator<EmbeddedItems>;
}

export async function openParquet(path: string): Promise<EmbeddingReader> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const said = metadata.key_value_metadata?.find(({ key }) => key === headerKey)?.value;
    const header = parseHeader(said, path);
    const columns = parquetSchema(metadata)
      .children.map(({ element }) => element.name)
      .filter((name) => !own.includes(name));
    const rows = Number(metadata.num_rows);
    return {
      header,
      rows,
      async *parts() {
        for (let rowStart = 0; rowStart < rows; rowStart += rowsAtATime) {
          const range = { rowStart, rowEnd: Math.min(rows, rowStart + rowsAtATime) };
          const records = await parquetReadObjects({ file, metadata, compressors, ...range }).catch(
            (error: Error) => {
              throw damaged(path, error.message);
            },
          );
          yield embedded(records, columns, header.encoder.dimensions, path);
        }
      },
    };
  } catch (error) {
    if (error instanceof UserError || (error as NodeJS.ErrnoException).code !== undefined) throw error;
    throw damaged(path, (error as Error).message);
  }
}

function damaged(path: string, why: string): UserError {
  return new UserError(
    `embeddings: ${path} cannot be read as Parquet: ${why}`,
    'The file is truncated or damaged: make it again with `xclr embed`.',
  );
}

function embedded(
  records: readonly Record<string, unknown>[],
  columns: readonly string[],
  dimensions: number,
  path: string,
): EmbeddedItems {
  const vectors = new Float32Array(records.length * dimensions);
  const items = records.map((record, i): Item => {
    const vector = record.embedding as ArrayLike<number>;
    if (vector.length !== dimensions) {
      throw damaged(path, `a vector of ${vector.length} numbers where ${dimensions} were expected`);
    }
    vectors.set(vector, i * dimensions);
    const values = columns.flatMap((column) => {
      const value = record[column];
      return value === null || value === undefined ? [] : [[plain(column), String(value)]];
    });
    return {
      id: String(record.id),
      captions: record.captions as string[],
      image: typeof record.image === 'string' ? JSON.parse(record.image) : null,
      columns: Object.fromEntries(values),
    };
  });
  return { items, vectors };
}
