// `xclr data get`: public data sets from their official addresses.

import { createInterface } from 'node:readline/promises';
import { findSet, getSet, type PublicSet, publicSets } from '../data/get/index.js';
import { bytesText } from '../inspect/index.js';
import { maxOf } from '../util/arrays.js';
import { UserError } from '../util/errors.js';
import { type Progress, startProgress } from '../util/progress.js';
import { textTable } from '../util/table.js';
import { interruptSignal } from './interrupt.js';

export interface Options {
  readonly list?: true;
  readonly acceptLicense?: true;
  readonly mirror?: string;
}

/** Bytes to download, or a dash where nobody says. */
function size({ files }: PublicSet): string {
  if (files.length === 0) return 'on request';
  if (files.some(({ bytes }) => bytes === null)) return '–';
  return bytesText(files.reduce((sum, { bytes }) => sum + bytes!, 0));
}

function listed(): string {
  const widest = maxOf(publicSets.map(({ name }) => name.length));
  const named = (name: string, text: string) => `${name.padEnd(widest)}  ${text}`;
  const rows = publicSets.map((set) => [
    named(set.name, set.about),
    set.images.toLocaleString('en-GB'),
    size(set),
  ]);
  const licenses = publicSets.map(({ name, license }) => `  ${named(name, license.terms)}`);
  return `${textTable(['set', 'images', 'download'], rows)}\n\nLicenses:\n${licenses.join('\n')}`;
}

function introduced(set: PublicSet): string {
  const { title, about, images, license, citation, note, files } = set;
  return [
    `${title}: ${images.toLocaleString('en-GB')} images, ${about}`,
    `  license   ${license.terms}`,
    `            ${license.url}`,
    `  cite      ${citation}`,
    ...files.map(
      ({ url, bytes }, i) =>
        `  ${i === 0 ? 'from      ' : '          '}${url}${bytes === null ? '' : ` (${bytesText(bytes)})`}`,
    ),
    ...(note === undefined ? [] : [`  note      ${note}`]),
  ].join('\n');
}

async function refuseUnlessAccepted(accepted: true | undefined): Promise<void> {
  if (accepted) return;
  if (!process.stdin.isTTY) {
    throw new UserError('data get: the license was not accepted', 'Read it, then give --accept-license.');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal
    .question('Do you accept the license? (yes/no) ')
    .finally(() => terminal.close());
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError('data get: the license was not accepted');
}

/** One bar a file and stage. */
class Bars implements Disposable {
  #key = '';
  #bar: Progress | undefined;

  show(what: string, file: string, done: number, total: number | null): void {
    const key = `${what} ${file}`;
    if (key !== this.#key) {
      this.#bar?.done();
      this.#key = key;
      this.#bar = startProgress(key, Math.ceil((total ?? 0) / 1e6), {
        from: Math.floor(done / 1e6),
        unit: 'MB',
      });
    }
    this.#bar?.update(Math.round(done / 1e6));
  }

  note(message: string): void {
    if (this.#bar === undefined) process.stderr.write(`${message}\n`);
    else this.#bar.log(message);
  }

  [Symbol.dispose](): void {
    this.#bar?.[Symbol.dispose]();
  }
}

async function download(set: PublicSet, folder: string, { acceptLicense, mirror }: Options): Promise<void> {
  console.log(introduced(set));
  if (set.howTo !== undefined) {
    console.log(`\n${set.howTo}\nThen:\n  xclr data inspect ${folder}/${set.open}`);
    return;
  }
  await refuseUnlessAccepted(acceptLicense);
  using bars = new Bars();
  const stop = interruptSignal('stopping; the same command resumes from here');
  try {
    const { path, fetched } = await getSet(set, folder, {
      mirror,
      stop,
      onProgress: (what, file, done, total) => bars.show(what, file, done, total),
      onNotice: (message) => bars.note(message),
    });
    bars[Symbol.dispose]();
    console.log(
      `${fetched ? '→' : 'It is here already:'} ${folder}\nNext:\n  xclr data inspect ${path} --out inspection.html`,
    );
  } catch (error) {
    if (!stop.aborted) throw error;
    process.exitCode = 130;
  }
}

export async function getCommand(
  name: string | undefined,
  folder: string | undefined,
  options: Options,
): Promise<void> {
  if (options.list) return console.log(listed());
  if (name === undefined)
    throw new UserError(
      'data get: the name of a data set is missing',
      'xclr data get --list shows the names.',
    );
  return download(findSet(name), folder ?? `data/${name.toLowerCase()}`, options);
}
