// The lines about the data: where they are, which columns hold what, how they are split.
import { count, list, plural } from '../report/format.js';
import type { Decided } from './decided.js';
import type { Entry, OtherChoice } from './entry.js';

export function dataEntries(decided: Decided): Entry[] {
  return [
    pathEntry(decided),
    ...imageEntries(decided),
    ...captionEntries(decided),
    ...labelEntries(decided),
    splitEntry(decided),
  ];
}

function pathEntry({ config, look }: Decided): Entry {
  return {
    path: ['data', 'path'],
    value: config.data.path,
    note: `Where the data are, seen from the folder in which xclr train is started (kind: ${look.dataset.source}).`,
  };
}

function imageEntries({ config }: Decided): Entry[] {
  const { imageColumn } = config.data;
  if (imageColumn === undefined) return [];
  return [
    {
      path: ['data', 'imageColumn'],
      value: imageColumn,
      note: 'Column with the file names of the images.',
    },
  ];
}

/** Where captions come from: a column, the classes, or the files themselves. */
function captionEntries(decided: Decided): Entry[] {
  const { config, look, otherTexts, captionChosen, given } = decided;
  const { captions, classes } = look.inspection;
  const column = config.data.captionColumn ?? look.dataset.columns?.caption;
  const others = otherTexts.map(({ name, words }): OtherChoice => ({ value: name, note: `${words} words` }));
  if (column !== undefined) {
    const why = given.has('data.captionColumn')
      ? 'as asked'
      : captionChosen
        ? 'the texts that say most'
        : 'found by its name';
    const facts = `${count(captions.distinct)} distinct, ${plural(Math.round(captions.words.median), 'word')} each`;
    return [
      {
        path: ['data', 'captionColumn'],
        value: column,
        note: `Column with the captions: ${why} (${facts}).`,
        others,
      },
      ...templateEntry(decided, otherTexts[0]?.name),
    ];
  }
  if (!captions.followLabels || classes.classes === 0) return templateEntry(decided, undefined);
  return [
    {
      path: ['data', 'template'],
      value: config.data.template,
      note: 'Captions are made of the class names, since there are no others; {class} is the name.',
      others: [
        ...(config.data.template === '{class}' ? [] : [{ value: '{class}' }]),
        ...others.map(({ value, note }) => ({ key: 'captionColumn', value, ...(note && { note }) })),
      ],
    },
  ];
}

/** The text that is encoded, shown where a second column could be added to it. */
function templateEntry({ config, given }: Decided, second: string | undefined): Entry[] {
  const template = config.data.captionTemplate;
  const asked = given.has('data.captionTemplate');
  if (second === undefined && !asked) return [];
  return [
    {
      path: ['data', 'captionTemplate'],
      value: template,
      note: 'The text that is compared: columns in braces; ^0.5 halves the weight of a part.',
      ...(second !== undefined && !asked && { others: [{ value: `{caption} | {${second}}^0.5` }] }),
    },
  ];
}

function labelEntries({ config, look }: Decided): Entry[] {
  const { classes, attributes } = look.inspection;
  const column = config.data.labelColumn ?? look.dataset.columns?.label;
  const path = ['data', 'labelColumn'] as const;
  if (column !== undefined) {
    return [
      {
        path,
        value: column,
        note: `Column with the classes (${count(classes.classes)}), for the evaluation.`,
      },
    ];
  }
  if (look.dataset.columns === undefined) return [];
  // A column with a few values that come again may be a class.
  const likely = attributes.filter(
    ({ distinct, samples }) => distinct >= 2 && distinct <= Math.min(1000, samples / 4),
  );
  if (likely.length === 0) return [];
  const others = likely
    .slice(0, 3)
    .map(({ name, distinct }) => ({ value: name, note: plural(distinct, 'value') }));
  const note = 'Column with the classes, for the evaluation; none has a usual name.';
  return [{ path, value: undefined, note, others }];
}

/** Names of columns whose images should stay together. */
const groupName =
  /(^|[_\s-])(group|product|item|sku|patient|user|author|video|scene|session|parent)([_\s-]|$)/i;

function splitEntry({ config, look }: Decided): Entry {
  const { splits, splitsDrawn, attributes } = look.inspection;
  const { fractions, splitBy, holdOut, train } = config.data;
  const named = Object.entries(splits).filter(([, n]) => n > 0);
  const sizes = list(named.map(([name, n]) => `${name === 'none' ? 'none' : name} ${count(n)}`));
  if (splitsDrawn) {
    const groups = attributes.filter(
      ({ name, distinct, samples }) => groupName.test(name) && distinct < samples,
    );
    return {
      path: ['data', 'fractions'],
      value: fractions,
      note: `The data name no splits, so they are drawn by a hash of each ${splitBy}: ${sizes}.`,
      others: groups.slice(0, 2).map(({ name }) => ({
        key: 'splitBy',
        value: name,
        note: `keeps images with one ${name} in one split`,
      })),
    };
  }
  const column = config.data.splitColumn ?? look.dataset.columns?.split;
  const needsValidation = splits.validation === 0 && holdOut === 0;
  const held = needsValidation
    ? [{ key: 'holdOut', value: 0.1, note: 'makes a tenth of the training split the validation split' }]
    : [];
  return {
    path: ['data', 'train'],
    value: train,
    note: `The images that train. Splits named by ${column === undefined ? 'the data' : `the column ${column}`}: ${sizes}.`,
    others: held,
  };
}
