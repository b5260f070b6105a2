// The text of a settings file: YAML with a line above each setting that explains it, and other choices commented out.
import { stringify } from 'yaml';
import type { Entry, OtherChoice } from './entry.js';

/** A value on one line, quoted where YAML needs it. */
function inline(value: unknown): string {
  const text = stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    flowCollectionPadding: true,
    singleQuote: true,
  }).trimEnd();
  // Texts of several lines would become blocks; JSON is YAML too, and stays on one.
  return text.includes('\n') ? JSON.stringify(value) : text;
}

/** Text from the data may hold line breaks, which would end a comment. */
function comment(text: string): string {
  return `# ${text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()}`;
}

function otherLine(key: string, { value, note }: OtherChoice): string {
  const setting = `# ${key}: ${inline(value)}`;
  return note === undefined ? setting : `${setting} ${comment(note)}`;
}

function entryLines({ path, value, note, others = [] }: Entry): string[] {
  const key = path.at(-1)!;
  const lists = Array.isArray(value) && value.some((item) => typeof item === 'object');
  const own = lists
    ? [`${key}:`, ...(value as unknown[]).map((item) => `  - ${inline(item)}`)]
    : value === undefined
      ? []
      : [`${key}: ${inline(value)}`];
  return [comment(note), ...own, ...others.map((other) => otherLine(other.key ?? key, other))];
}

/** Entries with one section follow each other, in the order in which the sections first appear. */
function groupsOf(entries: readonly Entry[]): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) groups.set(entry.path[0], [...(groups.get(entry.path[0]) ?? []), entry]);
  return groups;
}

/** @param head lines above the settings @param foot lines below them, both without the comment's sign */
export function settingsText(
  entries: readonly Entry[],
  { head, foot }: { readonly head: readonly string[]; readonly foot: readonly string[] },
): string {
  const groups = Array.from(groupsOf(entries), ([section, group]) => {
    const lines = group.flatMap(entryLines);
    return group[0]!.path.length === 1 ? lines : [`${section}:`, ...lines.map((line) => `  ${line}`)];
  });
  const blocks = [head.map(comment), ...groups, foot.map((line) => `#${line === '' ? '' : ` ${line}`}`)];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
