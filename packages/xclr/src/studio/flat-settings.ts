// Settings as a flat list of names and values: 'optimizer.lr' → 0.001.
import type { Loose } from './run-files.js';
import type { SettingValue } from './wire.js';

const deepest = 6;

/** A list, or what lies deeper than settings do, becomes its JSON. */
export function flatSettings(config: Loose, prefix = '', depth = 0): Record<string, SettingValue> {
  const flat: Record<string, SettingValue> = {};
  for (const [key, value] of Object.entries(config)) {
    const name = `${prefix}${key}`;
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value))
      flat[name] = value as SettingValue;
    else if (Array.isArray(value) || depth === deepest) flat[name] = JSON.stringify(value).slice(0, 2000);
    else if (typeof value === 'object')
      Object.assign(flat, flatSettings(value as Loose, `${name}.`, depth + 1));
  }
  return flat;
}
