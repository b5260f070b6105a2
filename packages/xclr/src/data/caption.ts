// Captions from text and from class names.

import { UserError } from '../util/errors.js';

/** The template of the X-CLR paper (arXiv 2407.18134) for data that has only class names. */
export const defaultTemplate = 'a photo of a {class}';

/** ASCII with single spaces inside: clean already, as most texts are. */
const plainText = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/** Unicode NFC, outer white space gone, inner runs of it as one space: two ways to write a caption become one. */
export function cleanText(text: string): string {
  if (plainText.test(text)) return text;
  const tidy = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  return /[^\u200b-\u200f\u2060\ufeff ]/u.test(tidy) ? tidy : ''; // nothing but characters that are not seen
}

/** Half of a surrogate pair, which no encoding of text can hold. */
export const loneSurrogate = /\p{Surrogate}/u;

/** The caption of a class: "{class}" replaced by its name, with "_" read as a space. */
export function captionOfClass(className: string, template = defaultTemplate): string {
  return cleanText(template.replaceAll('{class}', () => className.replaceAll('_', ' ')));
}

/** Refuses a template that would give every class the same caption. */
export function checkTemplate(template: string): void {
  if (template.includes('{class}')) return;
  throw new UserError(
    `openDataset: template must contain "{class}", got "${template}"`,
    `For example "${defaultTemplate}".`,
  );
}

/** True for a text that was read in the wrong encoding before it came here: "caf\ufffd", or "cafÃ©" for UTF-8 read as Windows-1252. */
export function isSpoilt(text: string): boolean {
  return /\ufffd|\u00c3[\u0080-\u00bf]|\u00e2\u20ac[\u0080-\u2122]/.test(text);
}
