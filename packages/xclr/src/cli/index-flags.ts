// What the commands about an index share: where it is, and how it is described.
import { Option } from 'commander';
import type { VectorIndex } from '../deploy/search/index.js';
import { wholeNumber } from './numbers.js';

export function postgresOption(): Option {
  return new Option(
    '--postgres <url>',
    'PostgreSQL database with pgvector of which the index is a table',
  ).env('XCLR_POSTGRES');
}

export function breadthOption(what: string): Option {
  return new Option('--ef <number>', what).argParser(wholeNumber);
}

/** An index in a few lines. */
export function describeIndex({ name, size, encoder, method, columns, space, textMap }: VectorIndex): string {
  const kinds = Object.entries(columns).map(([column, kind]) =>
    kind === 'text' ? column : `${column} (${kind === 'number' ? 'number' : 'numbers and text'})`,
  );
  const lines = [
    `${name}: ${size} items, ${encoder.dimensions} numbers each${space.mean === null ? '' : ', mean subtracted'}`,
    `  search    ${method}`,
    `  encoder   ${encoder.name}, fingerprint ${encoder.fingerprint.slice(0, 12)}`,
    `  columns   ${kinds.join(', ') || '(none)'}`,
  ];
  if (textMap === null) lines.push('  text      no: build with --text-encoder to search by text');
  else {
    const { identity, heldOut, fittedTo, strength } = textMap.facts;
    lines.push(
      `  text      ${identity}`,
      `            fitted to ${fittedTo} captions, strength ${strength}; of ${heldOut.captions} captions held out, the mean reciprocal rank of their own image was ${heldOut.meanReciprocalRank.toFixed(3)} (by chance ${heldOut.byChance.toFixed(3)})`,
    );
  }
  return lines.join('\n');
}
