// What is known of a public data set before it is here.
import type { DownloadableFile } from '../../util/download/types.js';

export type { Checksum } from '../../util/download/types.js';

/** How a file is made into images: unpacked, or kept as it is. */
export type Unpack = 'tar' | 'zip' | 'gzip' | 'none';

/** One file to download. */
export interface RemoteFile extends DownloadableFile {
  readonly unpack: Unpack;
  /** Folder within the set's folder that it goes into; the set's folder itself by default. */
  readonly into?: string;
  /** An archive inside this one (path within the set's folder) that is unpacked where it lies, and then removed. */
  readonly inner?: { readonly path: string; readonly unpack: 'tar' };
}

/** A public data set at its official address. */
export interface PublicSet {
  readonly name: string;
  readonly title: string;
  /** What its images show, in a line. */
  readonly about: string;
  readonly images: number;
  readonly license: {
    /** 'CC BY-SA 4.0', or in a sentence what its authors allow. */
    readonly terms: string;
    /** Where its authors say so. */
    readonly url: string;
  };
  readonly citation: string;
  /** Empty where its authors give it only to those who ask: `howTo` says how. */
  readonly files: readonly RemoteFile[];
  readonly howTo?: string;
  /** What other commands take as the data: a path within the set's folder, '.' for the folder. */
  readonly open: string;
  /** What to know before using it. */
  readonly note?: string;
}
