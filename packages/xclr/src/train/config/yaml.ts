// Settings files: YAML (and so JSON too), remembering where each key stands for error messages.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { UserError } from '../../util/errors.js';

/** A file's settings, and the place of each in it. */
export interface SettingsFile {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** 'config.yaml:2:7' for a path of keys; the nearest place above it where the path is not in the file. */
  locate(path: readonly PropertyKey[]): string;
}

/** Reads a settings file. @throws {UserError} with line and column where it is not YAML. */
export function readSettingsFile(path: string): SettingsFile {
  return parseSettings(readText(path), basename(path));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a folder' : String(error);
    throw new UserError(`cannot read the settings in ${path}: ${reason}`, 'Check the path.');
  }
}

/** Parses the text of a settings file. */
export function parseSettings(text: string, name: string): SettingsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const [error] = document.errors;
  if (error !== undefined)
    throw new UserError(`${at(error.pos[0])} ${error.message}`, 'The file must be YAML or JSON.');
  const values: unknown = document.contents === null ? {} : valuesOf(document, name);
  if (!isRecord(values))
    throw new UserError(`${name}: expected settings as "key: value" lines, got ${kindOf(values)}`);

  const locate = (path: readonly PropertyKey[]): string => {
    let node: unknown = document.contents;
    let offset = 0;
    for (const [depth, key] of path.entries()) {
      const pair = isMap(node)
        ? node.items.find((item) => isScalar(item.key) && item.key.value === key)
        : undefined;
      if (pair !== undefined && isScalar(pair.key)) {
        // A key that is wrong itself is pointed at; otherwise its value is.
        const value = isNode(pair.value) ? pair.value : pair.key;
        node = pair.value;
        offset = (depth === path.length - 1 ? value.range?.[0] : pair.key.range?.[0]) ?? offset;
        continue;
      }
      const child: unknown = document.getIn(path.slice(0, depth + 1), true);
      if (!isNode(child)) break;
      node = child;
      offset = child.range?.[0] ?? offset;
    }
    return at(offset);
  };
  return { name, values, locate };
}

/** An alias (*name) stands for what it names: aliases of aliases can grow without end, so that yaml stops them. */
function valuesOf(document: Pick<Document, 'toJS'>, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new UserError(
      `${name}: its aliases (*name) cannot be followed: ${error.message}`,
      'Write the values out instead of naming them with & and *.',
    );
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is, in a reader's words. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a section';
  return typeof value === 'string' ? `"${value}"` : String(value);
}
