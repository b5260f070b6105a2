// Finds the file that a table names: by its exact name, in another Unicode normal form, with Windows' separators, or without
// its extension.
//
// macOS writes names decomposed (NFD), people and tables write them composed (NFC): the same name, other bytes.
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { isImage } from './image-names.js';

const beyondAscii = /[^ -~]/;

/** Gives the path of the file that is there, or the path as it came where none is. Each folder is listed once. */
export function fileFinder(): (path: string) => string {
  const folders = new Map<string, readonly string[]>();
  const byForm = new Map<string, Map<string, string>>();
  const stems = new Map<string, Map<string, string>>();
  const listed = (folder: string): readonly string[] => {
    let names = folders.get(folder);
    if (names === undefined) {
      try {
        names = readdirSync(folder);
      } catch {
        names = []; // no such folder: the image is missing, and said to be where files are looked up
      }
      folders.set(folder, names);
    }
    return names;
  };
  /** The entry whose name is the same text in another normal form. */
  const otherForm = (folder: string, name: string): string | undefined => {
    let forms = byForm.get(folder);
    if (forms === undefined) {
      forms = new Map(listed(folder).map((one) => [one.normalize('NFC'), one]));
      byForm.set(folder, forms);
    }
    return forms.get(name.normalize('NFC'));
  };
  const inOtherForm = (path: string): string => {
    if (existsSync(path)) return path;
    const above = dirname(path);
    if (above === path) return path;
    const folder = beyondAscii.test(above) ? inOtherForm(above) : above;
    const name = otherForm(folder, basename(path));
    return name === undefined ? join(folder, basename(path)) : join(folder, name);
  };
  const withExtension = (path: string): string => {
    const folder = dirname(path);
    let files = stems.get(folder);
    if (files === undefined) {
      files = new Map();
      for (const name of listed(folder)) {
        if (!isImage(name)) continue;
        const stem = name.slice(0, -extname(name).length).normalize('NFC');
        files.set(stem, files.has(stem) ? '' : name); // of two, neither is known to be meant
      }
      stems.set(folder, files);
    }
    const name = files.get(basename(path).normalize('NFC'));
    return name === undefined || name === '' ? path : join(folder, name);
  };
  return (written) => {
    // Windows writes folder\name; a file may also be named so.
    const path = written.includes('\\') && !existsSync(written) ? written.replaceAll('\\', '/') : written;
    const found = beyondAscii.test(path) ? inOtherForm(path) : path;
    return isImage(found) ? found : withExtension(found);
  };
}

/**
 * Gives the name of a file that differs from a missing one in capitals only. Each folder is listed once: a table may name tens of
 * thousands of files that are not there.
 */
export function otherCaseFinder(
  list: (folder: string) => readonly string[] = readdirSync,
): (path: string) => string | undefined {
  const folders = new Map<string, ReadonlyMap<string, string>>();
  const namesIn = (folder: string): ReadonlyMap<string, string> => {
    try {
      return new Map(list(folder).map((name) => [name.toLowerCase(), name]));
    } catch {
      return new Map(); // no such folder
    }
  };
  return (path) => {
    const folder = dirname(path);
    let names = folders.get(folder);
    if (names === undefined) {
      names = namesIn(folder);
      folders.set(folder, names);
    }
    return names.get(basename(path).toLowerCase());
  };
}
