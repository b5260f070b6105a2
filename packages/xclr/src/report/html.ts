// HTML that is safe by construction: the `html` tag escapes every interpolated value but Markup.

/** A piece of finished HTML; only `html` and `trusted` make one. */
export class Markup {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

type Value = string | number | Markup | readonly Value[] | undefined | false;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for element content and for quoted attributes. */
function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function render(value: Value): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  return value.map(render).join('');
}

/** Template tag: strings are escaped, Markup is kept, lists are joined, undefined and false vanish. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(strings.reduce((out, part, i) => out + render(values[i - 1]) + part));
}

/** Marks text as finished HTML. Only for output of a serializer or a constant, never for data. */
export function trusted(text: string): Markup {
  return new Markup(text);
}
