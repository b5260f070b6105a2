// A number for each pair of classes: heights in a tree, similarities by it, and costs or relevances from a file.

import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import { nodeHeights } from '../graph/taxonomy/heights.js';
import { readTaxonomy } from '../graph/taxonomy/read.js';
import { commonAncestor, type Taxonomy } from '../graph/taxonomy/tree.js';
import { UserError } from '../util/errors.js';
import { nearestName } from '../util/nearest.js';

/** (classes, classes) row-major: the true class, then the answer. */
export type ClassSquare = Float64Array;

/**
 * Height of the lowest common ancestor of each pair of classes, in links; 0 for a class and itself. This is the severity of a
 * mistake after Deng et al. 2010 and Bertinetto et al. 2020 (arXiv 1912.09393).
 */
export function ancestorHeights(taxonomy: Taxonomy, names: readonly string[], where: string): ClassSquare {
  const places = nodesOf(taxonomy, names, where);
  const heights = nodeHeights(taxonomy);
  return squareOf(names.length, (a, b) =>
    a === b ? 0 : heights[commonAncestor(taxonomy, places[a]!, places[b]!)]!,
  );
}

/** 1 − the height of the lowest common ancestor / the height of the root (Barz and Denzler 2019, arXiv 1809.09924): 1 for equal classes, 0 where only the root is common. */
export function treeSimilarities(taxonomy: Taxonomy, names: readonly string[], where: string): ClassSquare {
  const whole = nodeHeights(taxonomy)[taxonomy.parent.indexOf(-1)]!;
  return ancestorHeights(taxonomy, names, where).map((height) => 1 - height / whole);
}

function squareOf(size: number, value: (a: number, b: number) => number): ClassSquare {
  const square = new Float64Array(size * size);
  for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) square[a * size + b] = value(a, b);
  return square;
}

/** Node of each class. @throws {UserError} naming the classes that the tree does not have */
export function nodesOf({ placeOf }: Taxonomy, names: readonly string[], where: string): Int32Array {
  const unknown = names.filter((name) => !placeOf.has(name));
  if (unknown.length > 0) {
    const near = nearestName(unknown[0]!, placeOf.keys());
    throw new UserError(
      `${where}: the taxonomy lacks ${unknown.length} of ${names.length} classes, such as '${unknown[0]}'`,
      near === undefined ? 'Add them to its file.' : `Add them to its file. Did you mean '${near}'?`,
    );
  }
  return Int32Array.from(names, (name) => placeOf.get(name)!);
}

/** Reads a taxonomy for a task. */
export function taxonomyFor(path: string, where: string): Taxonomy {
  try {
    return readTaxonomy(path);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${where}: ${error.message}`);
    throw error;
  }
}

/** How a file of pairs is read. */
export interface PairFileOptions {
  /** What the third column is called: 'cost' or 'relevance'. */
  readonly value: 'cost' | 'relevance';
  /** Of pairs of different classes that no row names. */
  readonly otherwise: number;
  /** Of a class and itself, where no row names the class twice. */
  readonly equal: number;
  /** Rows may name its inner nodes, which stand for every class below. */
  readonly taxonomy?: Taxonomy | undefined;
  readonly where: string;
}

/**
 * Reads a CSV of pairs of classes: rows of truth, predicted, cost (or query, item, relevance), or a whole matrix whose first row and
 * first column name the classes. Of several rows that fit a pair the last counts, so that general rows come before their exceptions;
 * only a row that names one class twice changes what equal classes have.
 */
export function readPairs(path: string, names: readonly string[], options: PairFileOptions): ClassSquare {
  const { where, value } = options;
  const rows = tableOf(path, where);
  const head = rows[0]!.map((cell) => cell.trim().toLowerCase());
  const numberAt = (text: string | undefined, line: number) => {
    const number = Number(text);
    if (text !== undefined && text.trim() !== '' && Number.isFinite(number) && number >= 0) return number;
    throw new UserError(
      `${where}: ${path}, row ${line}: expected a ${value} of 0 or more, got '${text ?? ''}'`,
    );
  };
  const square = squareOf(names.length, (a, b) => (a === b ? options.equal : options.otherwise));
  const codesOf = classCodes(names, options.taxonomy);
  const codes = (name: string, line: number) => {
    const found = codesOf(name.trim());
    if (found !== undefined) return found;
    const near = nearestName(name.trim(), names);
    throw new UserError(
      `${where}: ${path}, row ${line}: '${name.trim()}' is no class of the task${options.taxonomy === undefined ? '' : ' and no node of its taxonomy'}`,
      near === undefined ? undefined : `Did you mean '${near}'?`,
    );
  };
  const fill = (truths: readonly number[], answers: readonly number[], number: number) => {
    for (const a of truths)
      for (const b of answers)
        if (a !== b || (truths.length === 1 && answers.length === 1)) square[a * names.length + b] = number;
  };
  if (head.length === 3 && head[2] === value) {
    for (const [i, [truth = '', answer = '', number]] of rows.slice(1).entries())
      fill(codes(truth, i + 2), codes(answer, i + 2), numberAt(number, i + 2));
    return square;
  }
  const columns = rows[0]!.slice(1).map((name) => codes(name, 1));
  for (const [i, [name = '', ...cells]] of rows.slice(1).entries()) {
    const truths = codes(name, i + 2);
    for (const [column, answers] of columns.entries()) fill(truths, answers, numberAt(cells[column], i + 2));
  }
  return square;
}

function tableOf(path: string, where: string): string[][] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(
      `${where}: cannot read ${path}: ${error instanceof Error ? error.message : error}`,
      'Give a CSV file with rows such as truth,predicted,cost.',
    );
  }
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const { data } = Papa.parse<string[]>(lines.join('\n'), { skipEmptyLines: true });
  if (data.length > 1 && data[0]!.length > 1) return data;
  throw new UserError(
    `${where}: ${path} has no table of pairs`,
    'Begin it with truth,predicted,cost (or query,item,relevance), or with the names of the classes of a matrix.',
  );
}

/** A class's own code, or those of all classes below a node. */
function classCodes(names: readonly string[], taxonomy: Taxonomy | undefined) {
  const own = new Map(names.map((name, code) => [name, code]));
  return (name: string): readonly number[] | undefined => {
    const code = own.get(name);
    if (code !== undefined) return [code];
    const node = taxonomy?.placeOf.get(name);
    if (taxonomy === undefined || node === undefined) return undefined;
    return names.flatMap((one, at) => {
      const place = taxonomy.placeOf.get(one);
      return place !== undefined && commonAncestor(taxonomy, place, node) === node ? [at] : [];
    });
  };
}
