// Captions from values that are no plain text: lists with gaps, lists of objects, an object with a text a language.
//
// Conventions: Flickr30k's and Karpathy's `sentences: [{ raw, sentid }]`, Hugging Face's struct of lists `{ raw: [...] }`,
// nulls where a caption is missing, `{ en, de }` for captions by language, and lists as pandas prints them into a CSV.

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
    const found: string[] = [];
    for (const item of value) {
      const texts = textsOf(item, key);
      if ('reason' in texts) return texts;
      found.push(...texts);
    }
    return found;
  }
  if (isObject(value)) return textsOfObject(value, key);
  return { reason: `the caption is a ${typeof value} (${String(value)}), not a text` };
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
  if (present.length === 1 && typeof only[1] === 'string') return [only[1]];
  const names = present.map(([name]) => name);
  return {
    reason: `the caption is an object with the keys ${names.slice(0, 8).join(', ')}: choose one of them, as in --data-caption-column caption.${names[0]}`,
  };
}

const pythonText = String.raw`(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|None|nan)`;
const pythonList = new RegExp(String.raw`^\[\s*${pythonText}(?:\s*,\s*${pythonText})*\s*,?\s*\]$`, 's');

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
    const value: unknown = JSON.parse(trimmed);
    const texts = textsOf(value, key);
    // "[1]" and "{}" are what somebody wrote; a list or an object of texts was written by a program.
    if (!('reason' in texts) || isObject(value) || (Array.isArray(value) && value.some(isObject)))
      return texts;
    return [text];
  } catch {
    return (begin === '[' ? fromPython(trimmed) : undefined) ?? [text]; // a caption that merely begins like a list
  }
}
