// A connection to PostgreSQL, with what can go wrong said for people.
import pg from 'pg';
import { UserError } from '../../../util/errors.js';

const connectTimeout = 10_000; // ms

/** The address without its password, for messages. */
function shownUrl(url: string): string {
  try {
    const parsed = new URL(url);
    if (parsed.password !== '') parsed.password = '…';
    return decodeURI(parsed.toString());
  } catch {
    return 'the given URL';
  }
}

/**
 * A pool of connections; `connections` 1 for a server that serves one at a time.
 * @throws {UserError} where it cannot connect, or the server has no pgvector
 */
export async function connect(url: string, connections = 4): Promise<pg.Pool> {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new UserError(
      'postgres: expected a URL such as postgres://user:password@host:5432/database',
      'Give it with --postgres.',
    );
  }
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectTimeout,
    allowExitOnIdle: true,
  });
  pool.on('error', () => undefined); // an idle connection that broke: the next query opens another
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await pool.end();
    throw new UserError(
      `postgres: cannot connect to ${shownUrl(url)}: ${(error as Error).message || (error as { code?: string }).code}`,
      'Check that the server is running, and that user, password and database are right.',
    );
  }
  return pool;
}

/** Iterative scans, which filters need, came with this version. */
const oldest = [0, 8] as const;

/** @throws {UserError} where the server has no pgvector, or an old one */
export async function requirePgvector(pool: pg.Pool): Promise<void> {
  try {
    await pool.query('CREATE EXTENSION IF NOT EXISTS vector');
  } catch (error) {
    throw new UserError(
      `postgres: the server has no pgvector: ${(error as Error).message}`,
      'Install the extension (https://github.com/pgvector/pgvector), or ask the administrator of the server to run CREATE EXTENSION vector.',
    );
  }
  const { rows } = await pool.query<{ version: string }>(
    "SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'",
  );
  const found = rows[0]?.version ?? '';
  const [major = 0, minor = 0] = found.split('.').map(Number);
  if (major > oldest[0] || minor >= oldest[1]) return;
  throw new UserError(
    `postgres: expected pgvector ${oldest.join('.')} or newer, the database has ${found}`,
    'Update the extension on the server, then run ALTER EXTENSION vector UPDATE.',
  );
}
