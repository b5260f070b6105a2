// Which column holds the captions, where a table has several that could.
import { type Dataset, openDataset } from '../data/index.js';
import type { AskedTrainConfig } from '../train/config.js';
import { datasetOptions } from '../train/dataset-options.js';
import { openData } from './open-data.js';
import { type Asker, askCaptionColumn, byClass } from './questions.js';
import { type TextColumn, textColumns } from './text-columns.js';

export interface ChosenColumns {
  readonly dataset: Dataset;
  /** What the settings must name, since it has no usual name. */
  readonly settings: { readonly imageColumn?: string; readonly captionColumn?: string };
  /** Columns with texts that are not the captions. */
  readonly otherTexts: readonly TextColumn[];
}

/** @param given whether the caption column was named by a flag */
export async function chooseColumns(
  asked: AskedTrainConfig,
  { given, asker }: { readonly given: boolean; readonly asker: Asker },
): Promise<ChosenColumns> {
  const options = datasetOptions(asked);
  const { dataset, found } = await openData(asked.data.path, options);
  const image = found.image === undefined ? {} : { imageColumn: found.image };
  const others = dataset.columns === undefined ? [] : textColumns(dataset.samples);
  if (given) return { dataset, settings: image, otherTexts: others };
  const inUse = dataset.columns?.caption;
  const texts = inUse === undefined ? others : [ownTexts(dataset, inUse), ...others];
  const chosen = await askCaptionColumn(asker, {
    texts,
    byClasses: inUse === undefined,
    initial: inUse ?? texts[0]?.name ?? byClass,
  });
  const otherTexts = texts.filter(({ name }) => name !== chosen);
  const usual = found.caption === undefined ? inUse : undefined;
  if (chosen === byClass || chosen === usual) return { dataset, settings: image, otherTexts };
  const settings = { ...image, captionColumn: chosen };
  if (chosen === inUse) return { dataset, settings, otherTexts };
  const columns = {
    ...options.columns,
    caption: chosen,
    ...(found.image !== undefined && { image: found.image }),
  };
  return {
    dataset: await openDataset(asked.data.path, { ...options, columns }),
    settings,
    otherTexts,
  };
}

/** The captions' own column, described as the others are. */
function ownTexts({ samples }: Dataset, name: string): TextColumn {
  const texts = samples.map(({ captions }) => ({ attributes: { [name]: captions[0]! } }));
  return textColumns(texts)[0] ?? { name, words: 1, distinct: 1 };
}
