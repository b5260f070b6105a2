// The settings that fit some data and this machine, each with its reason: what `xclr init` writes.
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { splitsText } from '../inspect/text-report.js';
import type { Remark } from '../report/contact-sheet.js';
import { plural } from '../report/format.js';
import { parseSettings } from '../train/config/yaml.js';
import { askTrainConfig, type GivenFlag, type TrainSettings } from '../train/config.js';
import { chooseColumns } from './choose-columns.js';
import { dataEntries } from './data-entries.js';
import { decide } from './decide.js';
import type { Decided } from './decided.js';
import type { Entry } from './entry.js';
import { evaluationEntries } from './evaluation-entries.js';
import { furtherEntries, givenPaths } from './given.js';
import { type Look, lookAt } from './look.js';
import { type Asker, unasked } from './questions.js';
import { settingsText } from './settings-text.js';
import { summaryOf, trainingEntries } from './training-entries.js';

export interface ProposeOptions {
  readonly flags?: readonly GivenFlag[];
  /** Left out: nobody is asked. */
  readonly asker?: Asker;
}

export interface Proposal {
  readonly decided: Decided;
  /** '1,203 images (train 962, …), 1,180 distinct captions' */
  readonly dataLine: string;
  /** What is wrong with the data; training would begin all the same. */
  readonly problems: readonly Remark[];
  /** 'xclr; captions compared by wordnet; resnet18 at 64 pixels; 100 epochs in batches of 128' */
  readonly summary: string;
  /** The file's text. @param file its name, for the commands that it ends in */
  text(file: string): string;
}

/** Opens the data, asks what the data do not say, and decides. @throws {UserError} where training could not begin */
export async function proposeSettings(
  path: string,
  { flags = [], asker = unasked }: ProposeOptions = {},
): Promise<Proposal> {
  const given = givenPaths(flags);
  const asked = askTrainConfig({ base: { data: { path } }, flags });
  const columns = await chooseColumns(asked, { given: given.has('data.captionColumn'), asker });
  const settings = { data: { path, ...columns.settings } };
  const look = await lookAt(columns.dataset, asked);
  const decided = await decide(
    { settings, flags, given, asker, look },
    { otherTexts: columns.otherTexts, captionChosen: columns.settings.captionColumn !== undefined },
  );
  const curated = [
    ...dataEntries(decided),
    ...trainingEntries(decided),
    ...(await evaluationEntries(decided)),
  ];
  const entries = [...curated, ...furtherEntries(decided.config, given, curated)];
  const dataLine = dataText(look);
  return {
    ...{ decided, dataLine, summary: summaryOf(decided) },
    problems: look.inspection.remarks.filter(({ level }) => level === 'problem'),
    text: (file) => {
      const text = settingsText(entries, { head: headOf(path, dataLine), foot: footOf(file, decided) });
      checkReadsBack(text, file, entries);
      return text;
    },
  };
}

function dataText({ inspection }: Look): string {
  const { samples, captions, classes } = inspection;
  const parts = [
    `${plural(samples, 'image')} (${splitsText(inspection).replace(/ \(.*/, '')})`,
    `${plural(captions.distinct, 'distinct caption')}`,
    ...(classes.classes > 0 ? [plural(classes.classes, 'class', 'classes')] : []),
  ];
  return parts.join(', ');
}

function headOf(path: string, dataLine: string): string[] {
  return [
    `Settings of xclr train for ${basename(path)}: ${dataLine}.`,
    'A line that is commented out is another choice for the setting above it. Every setting is also a flag,',
    'which overrides this file: xclr train --help all explains them.',
  ];
}

function footOf(file: string, { config }: Decided): string[] {
  const quoted = (name: string) => (/[^\w./-]/.test(name) ? `'${name.replaceAll("'", "'\\''")}'` : name);
  return [
    'Next:',
    `  xclr train --config ${quoted(file)} --dry-run   # what it takes: memory and time`,
    `  xclr train --config ${quoted(file)}`,
    `  xclr eval ${quoted(config.run)}`,
  ];
}

/** A file that training would refuse, or read otherwise, must not be written. */
function checkReadsBack(text: string, name: string, entries: readonly Entry[]): void {
  const { values } = parseSettings(text, name);
  askTrainConfig({ base: values as TrainSettings });
  for (const { path, value } of entries) {
    if (value === undefined) continue;
    const read = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], values);
    if (!isDeepStrictEqual(read, JSON.parse(JSON.stringify(value))))
      throw new Error(`init: ${path.join('.')} reads back as ${JSON.stringify(read)}`);
  }
}
