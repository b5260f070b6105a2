// Captions from values that are no plain text: lists with gaps, lists of objects, an object with a text a language.
//
// Conventions: Flickr30k's and Karpathy's `sentences: [{ raw, sentid }]`, Hugging Face's struct of lists `{ raw: [...] }`,
// nulls where a caption is missing, `{ en, de }` for captions by language, and lists as pandas prints them into a CSV.
import { append } from '../../util/arrays.js';

/** The texts of a value, or why it is no caption: a value is never made a caption by printing it as JSON. */
export type Texts = readonly string[] | { readonly reason: string };

/** Keys under which objects keep the caption itself, in order of preference. */
const textKeys = ['raw', 'caption', 'captions', 'text', 'sentence', 'value'];

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * @param key which part of an object is the caption, where it was chosen: 'en', or 'info.text'
 */
export function textsOf(value: unknown, key?: string): Texts {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) {
    const languages = languagesOf(value);
    if (languages.length > 1) {
      if (key !== undefined) return textsOf(value.filter((item) => languageOf(item) === key));
      return {
        reason: `the captions are in several languages (${languages.slice(0, 8).join(', ')}): choose one of them, as in --data-caption-column caption.${languages[0]}`,
      };
    }
    const found: string[] = [];
    for (const item of value) {
      const texts = textsOf(item, key);
      if ('reason' in texts) return texts;
      append(found, texts);
    }
    return found;
  }
  if (isObject(value)) return textsOfObject(value, key);
  return { reason: `the caption is a ${typeof value} (${String(value)}), not a text` };
}

/** The language that an object of a caption names: { lang: 'en', text: 'a cat' }. */
function languageOf(item: unknown): string | undefined {
  if (!isObject(item)) return undefined;
  const named = ['lang', 'language', 'locale'].find((name) => typeof item[name] === 'string');
  return named === undefined ? undefined : (item[named] as string);
}

function languagesOf(items: readonly unknown[]): string[] {
  return [...new Set(items.map(languageOf).filter((language) => language !== undefined))];
}

function textsOfObject(value: Readonly<Record<string, unknown>>, key: string | undefined): Texts {
  if (key !== undefined) {
    let at: unknown = value;
    for (const part of key.split('.')) at = isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
    return textsOf(at);
  }
  const known = textKeys.find((name) => typeof value[name] === 'string' || Array.isArray(value[name]));
  if (known !== undefined) return textsOf(value[known]);
  const present = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  const [only] = present;
  if (only === undefined) return [];
  // One key that is all there is; with others that are null, it would be another language in every row.
  if (Object.keys(value).length === 1 && (typeof only[1] === 'string' || Array.isArray(only[1])))
    return textsOf(only[1]);
  const names = present.map(([name]) => name);
  return {
    reason: `the caption is an object with the keys ${names.slice(0, 8).join(', ')}: choose one of them, as in --data-caption-column caption.${names[0]}`,
  };
}

const pythonText = String.raw`(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|None|nan)`;
/** Texts with commas between them, or with spaces, as NumPy prints an array. */
const pythonList = new RegExp(
  String.raw`^\[\s*${pythonText}(?:(?:\s*,\s*|\s+)${pythonText})*\s*,?\s*\]$`,
  's',
);
/** The beginning of a dict as Python prints it: {'en': … */
const pythonDict = /^\{\s*(?:'[^'\\]*'|"[^"\\]*")\s*:/;

/** A list as Python prints it, which is how pandas writes one into a CSV: ['a cat', "a dog's"]. */
function fromPython(text: string): string[] | undefined {
  if (text.length > 100_000 || !pythonList.test(text)) return undefined;
  const items = text.match(new RegExp(pythonText, 'gs')) ?? [];
  const texts = items.filter((item) => item !== 'None' && item !== 'nan');
  return texts.map((item) => item.slice(1, -1).replace(/\\(.)/gs, (_, c: string) => (c === 'n' ? '\n' : c)));
}

/** The captions that a text writes down: one, or several where it is a list (as JSON, or as Python prints it). */
export function textsInText(text: string, key?: string): Texts {
  const begin = text.trimStart()[0];
  if (begin !== '[' && begin !== '{') return [text];
  const trimmed = text.trim();
  if (trimmed === '[]') return [];
  try {
    return textsOf(JSON.parse(trimmed), key);
  } catch {
    if (begin === '{' && pythonDict.test(trimmed))
      return {
        reason: `the caption is a dict as Python prints it (${trimmed.slice(0, 40)}): write it as JSON`,
      };
    return (begin === '[' ? fromPython(trimmed) : undefined) ?? [text]; // a caption that merely begins like a list
  }
}

/** A line of YOLO's boxes or of a list of labels: "0 0.5 0.5 0.2 0.1". */
export const onlyNumbers = /^[-+]?[\d.]+(?:e[-+]?\d+)?(?:[\s,;]+[-+]?[\d.]+(?:e[-+]?\d+)?)*$/i;

/** How programs write that there is no value: pandas, NumPy, R, databases, spreadsheets. */
const missing = new Set(['nan', 'none', 'null', 'n/a', '#n/a', '<na>', 'na', '-', '.', '?']);
/** Those of them that may be the name of a class. */
const mayBeClass = new Set(['none', 'na', 'n/a', '-', '.', '?']);

/** True for a caption that only says that there is none. */
export function isMissingCaption(text: string): boolean {
  return text.length <= 4 && missing.has(text.toLowerCase());
}

/** True for a label that only says that there is none; "None" may be a class. */
export function isMissingLabel(text: string): boolean {
  return text.length <= 4 && missing.has(text.toLowerCase()) && !mayBeClass.has(text.toLowerCase());
}
