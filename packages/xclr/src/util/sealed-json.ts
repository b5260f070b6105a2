// JSON with a checksum of its own around it, so that no flipped bit is taken for a value.
import { sha256 } from './checksum.js';

/** `{"checksum":…,"<name>":…}`: the checksum is that of the value's text. */
export function sealedJson(name: string, value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent);
  return `{"checksum":"${sha256(text)}","${name}":${text}}\n`;
}

/** The value that `sealedJson` wrote under `name`; undefined where the text is anything else, if only by a bit. */
export function unsealedJson(name: string, text: string): unknown {
  const [head, tail] = [`{"checksum":"`, `","${name}":`];
  const begin = head.length + 64 + tail.length;
  const sum = text.slice(head.length, head.length + 64);
  const inner = text.slice(begin, -2);
  const whole = text === `${head}${sum}${tail}${inner}}\n` && sha256(inner) === sum;
  return whole ? (JSON.parse(inner) as unknown) : undefined;
}
