// One group of a WebDataset shard's members as a sample: its image, captions, class and further columns.
import { extname } from 'node:path';
import { parseExactJson } from '../util/exact-json.js';
import { captionOfClass, cleanText } from './caption.js';
import { imageExtensions } from './image-names.js';
import { splitFromName, splitNames } from './split.js';
import { isMissingCaption, onlyNumbers, textsOf } from './tables/caption-value.js';
import type { TarMember } from './tar/members.js';
import type { ManifestColumns, Split } from './types.js';

const textEndings = ['txt', 'caption', 'text'];
const captionKeys = ['caption', 'captions', 'text', 'sentence', 'sentences'];
const labelKeys = ['label', 'class', 'category'];

/** What a group of members says; a string says why it is no sample. */
export interface GroupSample {
  readonly image: TarMember;
  readonly captions: readonly string[];
  readonly label: string | null;
  readonly split: Split | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** Endings of further images, which are not looked at. */
  readonly further: readonly string[];
}

interface Json {
  readonly captions: readonly string[];
  readonly label: string | null;
  readonly split: Split | null;
  readonly attributes: Readonly<Record<string, string>>;
}

const isCaption = (text: string) => text !== '' && !isMissingCaption(text);

const nothing: Json = { captions: [], label: null, split: null, attributes: {} };

/** @throws {Error} whose message says what is wrong with it */
function fromJson(text: string, { caption, label }: ManifestColumns): Json {
  const value = parseExactJson(text) as Readonly<Record<string, unknown>>;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('its json is no JSON object');
  const keys = {
    caption: caption === undefined ? captionKeys : [caption.split('.', 1)[0]!],
    label: label === undefined ? labelKeys : [label],
  };
  const firstOf = (names: readonly string[]) =>
    names.map((key) => value[key]).find((one) => one !== undefined && one !== null);
  const part = caption?.includes('.') ? caption.slice(caption.indexOf('.') + 1) : undefined;
  const texts = textsOf(firstOf(keys.caption), part);
  if ('reason' in texts) throw new Error(texts.reason);
  const found = firstOf(keys.label);
  if (typeof found === 'object') throw new Error('the label in its json is an object or a list, not a text');
  const taken = new Set([...keys.caption, ...keys.label, 'split']);
  const attributes = Object.entries(value)
    .filter(([key, one]) => !taken.has(key) && one !== null && one !== undefined)
    .map(([key, one]) => [
      key,
      typeof one === 'string' ? one : typeof one === 'object' ? JSON.stringify(one) : String(one),
    ]);
  return {
    captions: texts.map(cleanText).filter(isCaption),
    label: found === undefined ? null : String(found),
    split: splitOf(value.split),
    attributes: Object.fromEntries(attributes) as Record<string, string>,
  };
}

/** @throws {Error} for a text that names no split: the sample would be drawn into one, perhaps into training */
function splitOf(value: unknown): Split | null {
  if (typeof value !== 'string' || value.trim() === '') return null;
  const split = splitFromName(value);
  if (split === undefined) throw new Error(`unknown split "${value}" (known: ${splitNames})`);
  return split;
}

function isImageEnding(ending: string): boolean {
  return imageExtensions.includes(extname(`x.${ending}`));
}

/**
 * The image of a group: the chosen one; else the only one; else the only one whose ending has no further dot, for
 * 'depth.png' and 'seg.png' lie beside the photograph. Of several that are equally good none is taken.
 */
function imageOf(
  members: ReadonlyMap<string, TarMember>,
  chosen: string | undefined,
): { image: TarMember; further: string[] } | string {
  const images = [...members].filter(([ending]) => isImageEnding(ending));
  const listed = [...members.keys()].join(', ');
  const take = (ending: string) => ({
    image: members.get(ending)!,
    further: images.map(([other]) => other).filter((other) => other !== ending),
  });
  if (chosen !== undefined) {
    const names = chosen.toLowerCase().split(';');
    const found = names.find((name) => members.has(name));
    return found === undefined ? `no image ${chosen} among ${listed}` : take(found);
  }
  const [only] = images;
  if (only === undefined) return `no image among ${listed}`;
  if (images.length === 1) return take(only[0]);
  const plain = images.filter(([ending]) => !ending.includes('.'));
  if (plain.length === 1) return take(plain[0]![0]);
  const hint = plain.length === 0 ? "; a sample's key ends at the first dot of its members' names" : '';
  return `several images, ${images.map(([ending]) => ending).join(', ')}: choose one, as in --data-image-column ${images[0]![0]}${hint}`;
}

/** A group of members as a sample, or why it cannot be one. */
export async function sampleOfGroup(
  members: ReadonlyMap<string, TarMember>,
  context: {
    template: string;
    columns: ManifestColumns;
    textOf: (member: TarMember) => Promise<string>;
  },
): Promise<GroupSample | string> {
  const { template, columns, textOf } = context;
  const found = imageOf(members, columns.image);
  if (typeof found === 'string') return found;
  const { image, further } = found;
  if (image.size === 0) return 'the image has no bytes';
  const read = async (ending: string) => {
    const member = members.get(ending);
    if (member === undefined) return undefined;
    try {
      return await textOf(member);
    } catch (error) {
      throw new Error(`its ${ending} ${(error as Error).message}`);
    }
  };
  try {
    const chosen = columns.caption;
    const ownText =
      chosen !== undefined && members.has(chosen) ? [chosen] : chosen === undefined ? textEndings : [];
    const jsonText = await read('json');
    let json = nothing;
    if (jsonText !== undefined) {
      try {
        json = fromJson(jsonText, ownText.length === 1 ? { ...columns, caption: undefined } : columns);
      } catch (error) {
        if (error instanceof SyntaxError) return `its json cannot be read: ${error.message}`;
        throw error;
      }
    }
    const text = ownText.find((ending) => members.has(ending));
    const own =
      text === undefined ? [] : ((await read(text)) ?? '').split('\n').map(cleanText).filter(isCaption);
    if (own.length > 0 && own.every((one) => onlyNumbers.test(one)))
      return `its ${text} holds numbers, as of boxes or labels, and no caption`;
    const label = (await read('cls'))?.trim() || json.label;
    const said = own.length > 0 ? own : json.captions;
    const captions = said.length > 0 || label === null ? said : [captionOfClass(label, template)];
    if (captions.length === 0) {
      const dotted = [...members.keys()].find((ending) => /\.(txt|json|cls)$/.test(ending));
      const hint = dotted === undefined ? '' : `; ${dotted} belongs to none: a key ends at the first dot`;
      return `no caption (txt, json) and no class (cls)${hint}`;
    }
    const { split, attributes } = json;
    return { image, captions, label, split, attributes, further };
  } catch (error) {
    return (error as Error).message;
  }
}
