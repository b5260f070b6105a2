// Which texts stand for a sample, and with which weights: '{caption} | {keywords}^0.5'.
import { UserError } from '../util/errors.js';
import { nearestName } from '../util/nearest.js';
import { ownValue } from '../util/own-value.js';

/** What a template may draw on; the data layer's samples fit. */
export interface CaptionedSample {
  readonly id: string;
  readonly captions: readonly string[];
  readonly label: string | null;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface WeightedText {
  readonly text: string;
  readonly weight: number;
}

/** The texts that stand for one sample; its vector is the weighted sum of theirs, made unit. */
export type CaptionDocument = readonly WeightedText[];

export interface CaptionTemplate {
  readonly source: string;
  readonly parts: readonly WeightedText[];
}

const FIELD = /\{([^{}]*)\}/g;

/**
 * Parts separated by `|`, each a text with fields `{caption}`, `{label}` or the name of an attribute, and
 * optionally `^weight` at its end (1 if left out). Every part is encoded on its own, so that a short name can
 * count for more than the many keywords beside it. A part is left out for samples that lack all its fields.
 */
export function parseCaptionTemplate(source: string): CaptionTemplate {
  const parts = source.split('|').map((piece) => {
    const [, text = '', power] = /^(.*?)(?:\^([^\s^{}]+))?$/su.exec(piece.trim()) ?? [];
    const weight = power === undefined ? 1 : Number(power);
    if (!(weight > 0 && Number.isFinite(weight))) {
      throw new UserError(
        `parseCaptionTemplate: weight must be a number above zero, got '^${power}' in '${source}'`,
        "For example '{caption} | {keywords}^0.5'.",
      );
    }
    return { text: text.trim(), weight };
  });
  if (parts.some((part) => part.text === '') || !source.includes('{')) {
    throw new UserError(
      `parseCaptionTemplate: every part must have a text, and the template a field in braces, got '${source}'`,
      "For example 'a photo of a {label}' or '{caption} | {keywords}^0.5'.",
    );
  }
  return { source, parts };
}

function valuesOf(sample: CaptionedSample, field: string, template: CaptionTemplate): readonly string[] {
  if (field === 'caption') return sample.captions;
  if (field === 'label') return sample.label === null ? [] : [sample.label];
  const value = ownValue(sample.attributes, field);
  if (value === undefined) {
    const names = ['caption', 'label', ...Object.keys(sample.attributes)];
    const near = nearestName(field, names);
    throw new UserError(
      `documentOf: template '${template.source}' asks for {${field}}, which sample '${sample.id}' does not have`,
      near === undefined ? `It has ${names.join(', ')}.` : `Did you mean {${near}}?`,
    );
  }
  return value.trim() === '' ? [] : [value];
}

/** Fills a template in. A sample with several captions gets one text each, sharing the part's weight. */
export function documentOf(sample: CaptionedSample, template: CaptionTemplate): CaptionDocument {
  const document: WeightedText[] = [];
  for (const { text, weight } of template.parts) {
    const fields = [...new Set(Array.from(text.matchAll(FIELD), (match) => match[1] ?? ''))];
    const values = new Map(fields.map((field) => [field, valuesOf(sample, field, template)]));
    if (fields.length > 0 && Array.from(values.values()).every((list) => list.length === 0)) continue;
    const copies = Math.max(1, values.get('caption')?.length ?? 1);
    for (let copy = 0; copy < copies; copy++) {
      const filled = text.replace(FIELD, (_, field: string) => {
        const list = values.get(field) ?? [];
        return list[Math.min(copy, list.length - 1)] ?? '';
      });
      const clean = filled.replace(/\s+/gu, ' ').trim();
      if (clean !== '') document.push({ text: clean, weight: weight / copies });
    }
  }
  if (document.length === 0) {
    throw new UserError(
      `documentOf: template '${template.source}' leaves nothing for sample '${sample.id}'`,
      'Add a part whose fields every sample has, such as {caption}.',
    );
  }
  return document;
}

/** A document in one line, for people and for finding equal ones. */
export function describeDocument(document: CaptionDocument): string {
  return document
    .map(({ text, weight }) => (weight === 1 ? text : `${text}^${Number(weight.toFixed(4))}`))
    .join(' | ');
}
