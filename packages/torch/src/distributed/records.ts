// Comparing what two processes are about to do.

/**
 * The first few values that differ, by their path: 'batchSize is 32, not 64'; null where all are the same.
 * @param expected rank 0's record
 */
export function differenceOf(
  expected: Readonly<Record<string, unknown>>,
  got: Readonly<Record<string, unknown>>,
): string | null {
  const [first, second] = [flat(expected), flat(got)];
  const names = [...new Set([...first.keys(), ...second.keys()])];
  const different = names.filter((name) => first.get(name) !== second.get(name));
  if (different.length === 0) return null;
  const named = different
    .slice(0, most)
    .map((name) => `${name} is ${text(second, name)}, not ${text(first, name)}`);
  const more = different.length - named.length;
  return named.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

/** More would hide the first. */
const most = 5;

const text = (values: ReadonlyMap<string, string>, name: string): string => values.get(name) ?? 'absent';

function flat(value: unknown, path = ''): Map<string, string> {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return new Map([[path, JSON.stringify(value) ?? 'absent']]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...flat(inner, path === '' ? key : `${path}.${key}`)]),
  );
}
