// An index in a PostgreSQL table with pgvector, for those who outgrow one machine.
import type pg from 'pg';
import { UserError } from '../../../util/errors.js';
import { type EmbeddedItems, type Item, refuseRepeatedIds } from '../../embed/index.js';
import { type EncoderIdentity, identityOf } from '../../encoder/index.js';
import { type Columns, columnsOf } from '../columns.js';
import type { NewIndex } from '../folder-index.js';
import { Space } from '../space.js';
import { TextMap } from '../text-map.js';
import type { Match, SearchOptions, StoredItem, VectorIndex } from '../vector-index.js';
import { connect, requirePgvector } from './connect.js';
import { type Tables, tablesOf } from './table-name.js';
import { Parameters, whereOf } from './where.js';

/** What the facts table holds, besides the text map. */
interface Facts {
  readonly kind: 'xclr index 1';
  readonly encoder: EncoderIdentity;
  readonly mean: readonly number[] | null;
  readonly columns: Columns;
}

interface Row {
  readonly item: Item;
  readonly similarity: number;
}

/** pgvector's HNSW takes vectors of up to 2,000 numbers, and half-precision ones of up to 4,000. */
const mostIndexed = { vector: 2000, halfvec: 4000 };
const rowsAtATime = 500;

/** What a program hears of an index being built. */
export interface PostgresIndexOptions {
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** An index in a table of PostgreSQL with pgvector. */
export class PostgresIndex implements VectorIndex {
  readonly name: string;
  readonly encoder: EncoderIdentity;
  readonly space: Space;
  readonly textMap: TextMap | null;
  readonly #pool: pg.Pool;
  readonly #tables: Tables;
  #columns: Columns;
  #size: number;
  /** Candidates that HNSW looks at, at least; pgvector takes up to 1,000. */
  readonly #ef: number;

  private constructor(
    pool: pg.Pool,
    name: string,
    parts: { facts: Facts; textMap: TextMap | null; size: number; ef: number },
  ) {
    const { facts, textMap, size } = parts;
    this.name = name;
    this.#pool = pool;
    this.#tables = tablesOf(name);
    this.encoder = facts.encoder;
    const { mean, encoder } = facts;
    this.space = new Space(encoder.dimensions, mean === null ? null : Float32Array.from(mean));
    this.textMap = textMap;
    this.#columns = facts.columns;
    this.#size = size;
    this.#ef = parts.ef;
  }

  /** Makes the tables anew, in one transaction: whatever happens, the old index or the new one is there. */
  static async build(
    url: string,
    name: string,
    made: NewIndex,
    { onProgress }: PostgresIndexOptions = {},
  ): Promise<PostgresIndex> {
    const tables = tablesOf(name);
    const { encoder, space, items, textMap } = made;
    refuseRepeatedIds(items);
    const pool = await connect(url);
    try {
      await requirePgvector(pool);
      const facts: Facts = {
        kind: 'xclr index 1',
        encoder: identityOf(encoder),
        mean: space.mean === null ? null : Array.from(space.mean),
        columns: columnsOf(items),
      };
      await transaction(pool, async (client) => {
        await createTables(client, tables, encoder.dimensions);
        await client.query(`INSERT INTO ${tables.facts} (name, value) VALUES ('facts', $1)`, [
          Buffer.from(JSON.stringify(facts)),
        ]);
        if (textMap !== null) {
          await client.query(`INSERT INTO ${tables.facts} (name, value) VALUES ('text-map', $1)`, [
            Buffer.from(textMap.toBytes()),
          ]);
        }
        await insert(client, tables, { items, vectors: space.of(made.vectors) }, onProgress);
        await createGraph(client, tables, encoder.dimensions);
      });
      return await PostgresIndex.#opened(pool, name);
    } catch (error) {
      await pool.end();
      throw error;
    }
  }

  /** @throws {UserError} where it cannot connect, or the table is no index */
  static async open(
    url: string,
    name: string,
    { ef }: { readonly ef?: number | undefined } = {},
  ): Promise<PostgresIndex> {
    const tables = tablesOf(name);
    const pool = await connect(url);
    try {
      const { rows } = await pool.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
        tables.facts,
      ]);
      if (rows[0]?.found !== true) {
        throw new UserError(
          `postgres: there is no index '${name}' in the database`,
          'Build it with `xclr index build … --postgres URL`.',
        );
      }
      return await PostgresIndex.#opened(pool, name, ef);
    } catch (error) {
      await pool.end();
      throw error;
    }
  }

  static async #opened(pool: pg.Pool, name: string, ef = 200): Promise<PostgresIndex> {
    const tables = tablesOf(name);
    const { rows } = await pool.query<{ name: string; value: Buffer }>(
      `SELECT name, value FROM ${tables.facts}`,
    );
    const values = new Map(rows.map((row) => [row.name, row.value]));
    const facts = JSON.parse(values.get('facts')?.toString('utf8') ?? '{}') as Facts;
    if (facts.kind !== 'xclr index 1') {
      throw new UserError(
        `postgres: table '${name}' is not an index of this version of xclr`,
        'Build it again.',
      );
    }
    const bytes = values.get('text-map');
    const textMap = bytes === undefined ? null : TextMap.fromBytes(bytes, `table ${name}`);
    const index = new PostgresIndex(pool, name, { facts, textMap, size: 0, ef });
    await index.#count();
    return index;
  }

  get columns(): Columns {
    return this.#columns;
  }

  get size(): number {
    return this.#size;
  }

  get method(): string {
    return this.encoder.dimensions <= mostIndexed.halfvec
      ? 'PostgreSQL, pgvector HNSW'
      : 'PostgreSQL, exact (too wide for pgvector’s HNSW)';
  }

  async #count(): Promise<void> {
    const { rows } = await this.#pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${this.#tables.items}`);
    this.#size = Number(rows[0]!.n);
  }

  async search(
    query: Float32Array,
    k: number,
    { conditions = [], except = new Set() }: SearchOptions = {},
  ): Promise<Match[]> {
    const parameters = new Parameters();
    const vector = parameters.add(vectorText(query));
    const where = whereOf(conditions, parameters);
    const excluded = parameters.add([...except]);
    const limit = parameters.add(2 * k + 32);
    const wanted = parameters.add(k);
    const [column, type] = indexed(this.encoder.dimensions);
    // The graph's candidates, then their order by the stored vectors.
    const sql = `
      WITH near AS MATERIALIZED (
        SELECT id, captions, image, columns, embedding FROM ${this.#tables.items}
        WHERE ${where} AND id <> ALL(${excluded}::text[])
        ORDER BY ${column} <#> ${vector}::${type} LIMIT ${limit}::int
      )
      SELECT id, captions, image, columns, -(embedding <#> ${vector}::vector) AS similarity
      FROM near ORDER BY similarity DESC, id LIMIT ${wanted}::int`;
    return transaction(this.#pool, async (client) => {
      await client.query("SELECT set_config('hnsw.ef_search', $1, true)", [
        String(Math.min(1000, Math.max(this.#ef, 2 * k + 32))),
      ]);
      await client.query("SELECT set_config('hnsw.iterative_scan', 'strict_order', true)");
      const { rows } = await client.query<Stored & { similarity: number }>(sql, parameters.values);
      return rows.map((row): Row => ({ item: itemOfRow(row), similarity: Number(row.similarity) }));
    });
  }

  async get(ids: readonly string[]): Promise<(StoredItem | undefined)[]> {
    const { rows } = await this.#pool.query<Stored & { embedding: string }>(
      `SELECT id, captions, image, columns, embedding::text AS embedding FROM ${this.#tables.items} WHERE id = ANY($1::text[])`,
      [ids],
    );
    const found = new Map(
      rows.map((row) => [row.id, { item: itemOfRow(row), vector: numbers(row.embedding) }]),
    );
    return ids.map((id) => found.get(id));
  }

  async *entries(): AsyncGenerator<EmbeddedItems> {
    for (let after = ''; ; ) {
      const { rows } = await this.#pool.query<Stored & { embedding: string }>(
        `SELECT id, captions, image, columns, embedding::text AS embedding FROM ${this.#tables.items} WHERE id > $1 ORDER BY id LIMIT $2`,
        [after, rowsAtATime],
      );
      if (rows.length === 0) return;
      const vectors = new Float32Array(rows.length * this.encoder.dimensions);
      rows.forEach((row, i) => {
        vectors.set(numbers(row.embedding), i * this.encoder.dimensions);
      });
      yield { items: rows.map(itemOfRow), vectors };
      after = rows.at(-1)!.id;
    }
  }

  async upsert(added: EmbeddedItems): Promise<void> {
    refuseRepeatedIds(added.items);
    const rows = { items: added.items, vectors: this.space.of(added.vectors) };
    await transaction(this.#pool, async (client) => {
      // One writer of the facts at a time: another process may have added columns since this one looked.
      const { rows: stored } = await client.query<{ value: Buffer }>(
        `SELECT value FROM ${this.#tables.facts} WHERE name = 'facts' FOR UPDATE`,
      );
      const facts = JSON.parse(stored[0]!.value.toString('utf8')) as Facts;
      const columns = columnsOf(added.items, facts.columns);
      await insert(client, this.#tables, rows);
      await client.query(`UPDATE ${this.#tables.facts} SET value = $1 WHERE name = 'facts'`, [
        Buffer.from(JSON.stringify({ ...facts, columns })),
      ]);
      this.#columns = columns;
    });
    await this.#count();
  }

  async remove(ids: readonly string[]): Promise<number> {
    const { rowCount } = await this.#pool.query(
      `DELETE FROM ${this.#tables.items} WHERE id = ANY($1::text[])`,
      [ids],
    );
    await this.#count();
    return rowCount ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }
}

interface Stored {
  readonly id: string;
  readonly captions: string[];
  readonly image: Item['image'];
  readonly columns: Record<string, string>;
}

function itemOfRow({ id, captions, image, columns }: Stored): Item {
  return { id, captions, image, columns };
}

/** pgvector's text form. */
function vectorText(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}

function numbers(text: string): Float32Array {
  return Float32Array.from(JSON.parse(text) as number[]);
}

/** What the graph is over, and the type that a query must be cast to. */
function indexed(dimensions: number): [column: string, type: string] {
  if (dimensions <= mostIndexed.vector || dimensions > mostIndexed.halfvec) return ['embedding', 'vector'];
  const type = `halfvec(${dimensions})`;
  return [`(embedding::${type})`, type];
}

async function createTables(client: pg.PoolClient, tables: Tables, dimensions: number): Promise<void> {
  await client.query(`DROP TABLE IF EXISTS ${tables.items}`);
  await client.query(`DROP TABLE IF EXISTS ${tables.facts}`);
  await client.query(
    `CREATE TABLE ${tables.items} (id text PRIMARY KEY, captions text[] NOT NULL, image jsonb, columns jsonb NOT NULL, embedding vector(${dimensions}) NOT NULL)`,
  );
  await client.query(`CREATE TABLE ${tables.facts} (name text PRIMARY KEY, value bytea NOT NULL)`);
}

async function createGraph(client: pg.PoolClient, tables: Tables, dimensions: number): Promise<void> {
  if (dimensions > mostIndexed.halfvec) return;
  const [column, type] = indexed(dimensions);
  const operators = type === 'vector' ? 'vector_ip_ops' : 'halfvec_ip_ops';
  await client.query(
    `CREATE INDEX ${tables.graph} ON ${tables.items} USING hnsw (${column} ${operators}) WITH (m = 32, ef_construction = 256)`,
  );
}

async function insert(
  client: pg.PoolClient,
  tables: Tables,
  { items, vectors }: EmbeddedItems,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<void> {
  const d = items.length === 0 ? 0 : vectors.length / items.length;
  for (let start = 0; start < items.length; start += rowsAtATime) {
    const part = items.slice(start, start + rowsAtATime);
    const records = part.map(({ id, captions, image, columns }, i) => ({
      id,
      captions,
      image,
      columns,
      embedding: vectorText(vectors.subarray((start + i) * d, (start + i + 1) * d)),
    }));
    await client.query(
      `INSERT INTO ${tables.items} (id, captions, image, columns, embedding)
       SELECT r.id, r.captions, r.image, r.columns, r.embedding::vector
       FROM jsonb_to_recordset($1::jsonb) AS r(id text, captions text[], image jsonb, columns jsonb, embedding text)
       ON CONFLICT (id) DO UPDATE SET captions = EXCLUDED.captions, image = EXCLUDED.image,
         columns = EXCLUDED.columns, embedding = EXCLUDED.embedding`,
      [JSON.stringify(records)],
    );
    onProgress(start + part.length, items.length);
  }
}

async function transaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    client.release();
    throw error;
  }
}
