// A record's own value: columns may be named like what every object has ("constructor", "toString").

/** The value under a key, or undefined where the record itself has none. */
export function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
