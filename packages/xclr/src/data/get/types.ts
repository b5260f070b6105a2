// What is known of a public data set before it is here.

/** A checksum as somebody published it. */
export interface Checksum {
  readonly algorithm: 'md5' | 'sha256';
  readonly hex: string;
  /** Who published it: the authors, or a library that checks its own downloads against it. */
  readonly source: string;
}

/** How a file is made into images: unpacked, or kept as it is. */
export type Unpack = 'tar' | 'zip' | 'gzip' | 'none';

/** One file to download. */
export interface RemoteFile {
  readonly url: string;
  /** Length in bytes as published; null where nobody says. */
  readonly bytes: number | null;
  /** Null where none is published: the file is then only known to be complete. */
  readonly checksum: Checksum | null;
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
